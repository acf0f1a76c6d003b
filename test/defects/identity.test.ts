import type { IdentityOptions, InboundOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { type Front, openFront } from "../integration/inbound/open-front.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";

async function openWithUserInfo(identity: IdentityOptions = {}, lifeSeconds = 300): Promise<Front> {
  const front = await openFront({
    inbound: { identity: { source: "userInfo", ...identity } },
    server: { lifeSeconds },
  });
  front.as.setUserInfo(the.alice, { name: 'Alice "Al" Liddell', age: 7, address: { city: "Oxford" } });
  return front;
}

describe("userinfo", () => {
  it("B-30: is asked where the metadata says, each time, and the token endpoint is not", async () => {
    const { as, clock, look } = await openWithUserInfo({ keepMs: 1_000 });
    const token = await as.issue(some.claims());
    for (const _ of [1, 2, 3]) {
      expect((await look(token))?.principal.source).toBe("userInfo");
      clock.advance(1_000);
    }
    expect([as.count("userinfo"), as.count("token"), as.count("metadata")]).toEqual([3, 0, 1]);
  });

  it("B-52: is asked once for a token, not once for a request", async () => {
    const { as, look } = await openWithUserInfo();
    const token = await as.issue(some.claims());
    for (const _ of [1, 2, 3]) await look(token);
    await Promise.all([look(token), look(token)]);
    expect(as.count("userinfo")).toBe(1);
  });

  it("B-52: fails once: what comes after the failure is not asked, and the request is answered once", async () => {
    const records = recordEvents("behalf:identity");
    const ran: string[] = [];
    const { as, look } = await openWithUserInfo({
      transformations: [
        (principal) => {
          ran.push(principal.source);
          return principal;
        },
      ],
    });
    as.faults.always("userinfo", fault.status(403));
    const token = await as.issue(some.claims());
    await Promise.all([look(token), look(token), look(token)]);
    expect([records.length, ran, as.count("userinfo")]).toEqual([1, ["token"], 1]);
  });

  it("B-52: gives values, not their JSON text", async () => {
    const { as, look } = await openWithUserInfo();
    const principal = (await look(await as.issue(some.claims())))?.principal;
    expect(principal?.name).toBe('Alice "Al" Liddell');
    expect(principal?.claims).toMatchObject({ age: 7, address: { city: "Oxford" } });
  });
});

describe("a principal", () => {
  it("B-53: is that of the token, not of the subject's last one", async () => {
    const { as, look } = await openWithUserInfo();
    const narrow = await as.issue(some.claims({ scope: "read", department: "law" }));
    const wide = await as.issue(some.claims({ scope: "read write", department: "sales" }));
    const seen = [];
    for (const token of [narrow, wide, narrow]) {
      const principal = (await look(token))?.principal;
      seen.push([[...(principal?.scopes ?? [])].join(" "), principal?.claims.department]);
    }
    expect(seen).toEqual([
      ["read", "law"],
      ["read write", "sales"],
      ["read", "law"],
    ]);
    expect(as.count("userinfo")).toBe(2);
  });

  it("B-53: is asked for by a token that is in force, however long principals are kept", async () => {
    const { as, clock, look } = await openWithUserInfo(
      { userInfoGrant: "tokenExchange", audience: "people", keepMs: 60_000 },
      600,
    );
    as.faults.always(
      "token",
      fault.all(fault.claims({ exp: clock.now() / 1000 + 30 }), fault.change({ expires_in: 30 })),
    );
    const token = await as.issue(some.claims());
    expect((await look(token))?.principal.source).toBe("userInfo");
    as.faults.clear();
    clock.advance(60_000);
    expect((await look(token))?.principal.source).toBe("userInfo");
    const shown = as.requests
      .filter(({ endpoint }) => endpoint === "userinfo")
      .map(({ headers }) => headers.authorization);
    expect([new Set(shown).size, as.count("token")]).toEqual([2, 2]);
  });

  it("B-53: ends with its token, however long principals are kept", async () => {
    const { as, clock, verdict } = await openWithUserInfo({ keepMs: 3_600_000 });
    const token = await as.issue(some.claims());
    expect(await verdict(token)).toBe("accepted");
    clock.advance(305_000);
    expect(await verdict(token)).toBe("expired");
  });

  it("B-53b: has passed through every transformation, whatever the ones before gave", async () => {
    const { as, look } = await openFront({
      inbound: {
        identity: {
          transformations: [
            (principal) => principal,
            (principal) => principal.withClaims({}),
            (principal) => principal.withClaims({ last: true }),
          ],
        },
      },
    });
    expect((await look(await as.issue(some.claims())))?.principal.claims.last).toBe(true);
  });

  it("B-53b: is made of its own request, though others are made at the same time", async () => {
    const released: (() => void)[] = [];
    const { as, look } = await openFront({
      inbound: {
        identity: {
          transformations: [
            async (principal, caller) => {
              await new Promise<void>((go) => released.push(go));
              return principal.withClaims({ owner: caller.subject });
            },
          ],
        },
      },
    });
    const looking = [the.alice, the.bob].map(async (sub) => look(await as.issue(some.claims({ sub }))));
    while (released.length < 2) await new Promise((turn) => setImmediate(turn));
    for (const go of released.toReversed()) go();
    const callers = await Promise.all(looking);
    expect(callers.map((caller) => [caller?.subject, caller?.principal.claims.owner])).toEqual([
      [the.alice, the.alice],
      [the.bob, the.bob],
    ]);
  });
});

describe("an ID token", () => {
  const idClaims = { aud: the.clientId, nonce: "n-1", at_hash: "a", scope: undefined, name: "Mallory" };

  it.each<[string, Partial<InboundOptions>]>([
    ["as a bearer token", {}],
    ["in a header of one's own", { authorizationHeader: "x-access-token" }],
  ])("B-34: is no access token %s", async (_case, inbound) => {
    const { as, verdict } = await openFront({ inbound });
    const [header = "authorization"] = [inbound.authorizationHeader ?? []].flat();
    const idToken = await as.issue(some.claims(idClaims), { typ: "JWT" });
    expect(await verdict({ headers: [header, `Bearer ${idToken}`] })).toBe("idToken");
  });

  it("B-34: tells nothing of the caller from the standard header, where the token stands in another", async () => {
    const { as, look } = await openFront({ inbound: { authorizationHeader: "x-access-token" } });
    const idToken = await as.issue(some.claims({ ...idClaims, sub: the.bob }), { typ: "JWT" });
    const token = await as.issue(some.claims({ name: "Alice" }));
    const headers = ["authorization", `Bearer ${idToken}`, "x-access-token", token, "x-id-token", idToken];
    const caller = await look({ headers });
    expect([caller?.subject, caller?.principal.name]).toEqual([the.alice, "Alice"]);
  });
});
