import { createBehalf, type IdentityOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../../support/open-behalf.ts";
import { fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openFront } from "./open-front.ts";

const audience = the.clientId;

/** Two servers, each with a key of the same name, and a front for the callers of both. */
async function openTwo() {
  const clock = createClock();
  const [home, partner] = [await startAs({ clock }), await startAs({ clock })];
  const front = await openFront({
    as: home,
    clock,
    inbound: { authenticators: { home: { audience }, partner: { audience, authority: partner.issuer } } },
  });
  return { ...front, home, partner };
}

describe("two issuers", () => {
  it("have callers of their own, whatever their subjects and their keys are called", async () => {
    const { home, partner, look } = await openTwo();
    expect([home.publicKeys()[0]?.kid, partner.publicKeys()[0]?.kid]).toEqual(["key-1", "key-1"]);
    const [hers, theirs] = [
      await look(await home.issue(some.claims())),
      await look(await partner.issue(some.claims())),
    ];
    expect(hers).toMatchObject({ authenticator: "home", issuer: home.issuer, subject: the.alice });
    expect(theirs).toMatchObject({ authenticator: "partner", issuer: partner.issuer, subject: the.alice });
  });

  it("do not sign for each other, before the keys are known and after", async () => {
    const { home, partner, verdict } = await openTwo();
    const forge = () =>
      Promise.all([home.issue(some.claims({ iss: partner.issuer })), partner.issue(some.claims({ iss: home.issuer }))]);
    for (const token of await forge()) expect(await verdict(token)).toBe("signature");
    for (const as of [home, partner]) expect(await verdict(await as.issue(some.claims()))).toBe("accepted");
    for (const token of await forge()) expect(await verdict(token)).toBe("signature");
  });

  it("do not wait for each other", async () => {
    const { home, partner, verdict } = await openTwo();
    for (const endpoint of ["metadata", "jwks"] as const) partner.faults.always(endpoint, fault.drop());
    expect(await verdict(await partner.issue(some.claims()))).toBe("BEHALF_TOKEN_UNREACHABLE");
    expect(await verdict(await home.issue(some.claims()))).toBe("accepted");
  });

  it("are the only ones: what a third one signs is asked of nobody", async () => {
    const { home, partner, verdict } = await openTwo();
    const third = await startAs();
    expect(await verdict(await third.issue(some.claims()))).toBe("issuer");
    expect([home.requests, partner.requests, third.requests]).toEqual([[], [], []]);
  });

  it("are not heard by names that look alike", async () => {
    const { home, verdict } = await openTwo();
    for (const iss of [
      `${home.issuer}/`,
      home.issuer.toUpperCase(),
      `${home.issuer}.evil.example`,
      `${home.issuer}#`,
    ]) {
      expect(await verdict(await home.issue(some.claims({ iss })))).toBe("issuer");
    }
  });

  it("have tokens exchanged that never mix, for people of the same name", async () => {
    const home = await startAs();
    const partner = await startAs();
    const trusting = await startAs({
      trustedIssuers: [home, partner].map(({ issuer, jwksUri }) => ({ issuer, jwksUri })),
    });
    const backend = await startOneBackend();
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(trusting),
        inbound: {
          authenticators: {
            home: { audience, authority: home.issuer },
            partner: { audience, authority: partner.issuer },
          },
        },
        services: { inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience } },
      }),
    );
    const call = async (token: string): Promise<string | undefined> => {
      const { run } = await receive(behalf, token);
      await run(() => behalf.service("inventory").get("/").unwrap());
      return backend.request().token;
    };
    const jti = "one-and-the-same";
    const [hers, theirs] = [await home.issue(some.claims({ jti })), await partner.issue(some.claims({ jti }))];
    const sent = [await call(hers), await call(theirs), await call(hers), await call(theirs)];
    expect(new Set(sent).size).toBe(2);
    expect([sent[2], sent[3]]).toEqual([sent[0], sent[1]]);
    expect(trusting.tokenRequests.map(({ form }) => form.get("subject_token"))).toEqual([hers, theirs]);
  });
});

describe("an authority with a place for a tenant", () => {
  async function openTenants(identity: IdentityOptions = {}) {
    const clock = createClock();
    const acme = await startAs({ clock, issuerPath: "/acme" });
    const front = await openFront({
      as: acme,
      clock,
      inbound: { authority: `${acme.url}/{tenant}`, identity },
      root: { tenants: { acme: {} } },
    });
    return { ...front, acme };
  }

  it("has the callers of the tenants that are configured", async () => {
    const { acme, look } = await openTenants();
    expect(await look(await acme.issue(some.claims()))).toMatchObject({ tenant: "acme", issuer: acme.issuer });
  });

  it.each(["other", "acme/../other", "{tenant}", "", "ACME"])(
    "refuses those of the tenant %j before it asks any server",
    async (tenant) => {
      const { acme, verdict } = await openTenants();
      expect(await verdict(await acme.issue(some.claims({ iss: `${acme.url}/${tenant}` })))).toBe("issuer");
      expect(acme.requests).toEqual([]);
    },
  );

  it("is asked who a caller is at the caller's tenant", async () => {
    const { acme, look } = await openTenants({ source: "userInfo" });
    acme.setUserInfo(the.alice, { email: "alice@acme.example" });
    expect((await look(await acme.issue(some.claims())))?.principal.email).toBe("alice@acme.example");
  });

  it("tells the tenant of a caller from what the issuer is, not from what the token says", async () => {
    const { acme, look } = await openTenants();
    expect((await look(await acme.issue(some.claims({ tid: "other", tenant: "other" }))))?.tenant).toBe("acme");
  });
});

describe("an issuer for each tenant behind one server, as Entra has it", () => {
  const own = "9122040d-6c67-4c5b-b112-36a304b66dad";
  const other = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

  async function openEntra(ofOneTenant = false) {
    const front = await openFront({
      root: (as) => ({ issuerTemplate: `${as.issuer}/{tenantid}/v2.0` }),
    });
    const { as } = front;
    as.faults.always("metadata", fault.change({ issuer: `${as.issuer}/{tenantid}/v2.0` }));
    const issuer = `${as.issuer}/${ofOneTenant ? own : "{tenantid}"}/v2.0`;
    as.faults.always("jwks", fault.change({ keys: as.publicKeys().map((key) => ({ ...key, issuer })) }));
    const issue = (tid: string, iss = tid) => as.issue(some.claims({ iss: `${as.issuer}/${iss}/v2.0`, tid }));
    return { ...front, issue };
  }

  it("has callers of every tenant, each with the tenant's name", async () => {
    const { issue, look } = await openEntra();
    for (const tenant of [own, other]) expect(await look(await issue(tenant))).toMatchObject({ tenant });
  });

  it("has no caller of one tenant with the issuer of another", async () => {
    const { issue, verdict } = await openEntra();
    expect([await verdict(await issue(own, other)), await verdict(await issue(other, own))]).toEqual([
      "issuer",
      "issuer",
    ]);
  });

  it("takes a key for the issuer that it is for, and no other", async () => {
    const { issue, verdict } = await openEntra(true);
    expect([await verdict(await issue(own)), await verdict(await issue(other))]).toEqual(["accepted", "unknownKey"]);
  });
});
