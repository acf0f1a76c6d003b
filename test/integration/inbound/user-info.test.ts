import type { IdentityOptions } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { toAth } from "../../support/possession.ts";
import { recordEvents } from "../../support/record-events.ts";
import { fault } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { the } from "../../support/the.ts";
import { type Front, openFront } from "./open-front.ts";

const email = "alice@example.com";

async function openWithUserInfo(identity: IdentityOptions = {}, lifeSeconds = 300): Promise<Front> {
  const front = await openFront({
    inbound: { identity: { source: "userInfo", ...identity } },
    server: { lifeSeconds },
  });
  front.as.setUserInfo(the.alice, { email, department: "law" });
  return front;
}

const shownTo = ({ as }: Front): readonly (string | undefined)[] =>
  as.requests.filter(({ endpoint }) => endpoint === "userinfo").map(({ headers }) => headers.authorization);

describe("userinfo of many callers at once", () => {
  it("is nothing that Node warns of", async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listener);
    onTestFinished(() => void process.off("warning", listener));
    const { as, verdict } = await openWithUserInfo();
    await Promise.all(Array.from({ length: 30 }, async () => verdict(await as.issue(some.claims()))));
    expect([warnings, as.count("userinfo")]).toEqual([[], 30]);
  });
});

describe("userinfo", () => {
  it("adds claims to those of the token, which win", async () => {
    const front = await openWithUserInfo();
    const caller = await front.look(await front.as.issue(some.claims({ department: "sales" })));
    expect(caller?.principal).toMatchObject({ email, source: "userInfo", subject: the.alice });
    expect(caller?.principal.claims).toMatchObject({ email, department: "sales", aud: the.clientId });
    expect([caller?.claims.email, Object.isFrozen(caller?.principal.claims)]).toEqual([undefined, true]);
  });

  it("is asked with the caller's own token, once within keepMs", async () => {
    const front = await openWithUserInfo({ keepMs: 30_000 });
    const token = await front.as.issue(some.claims());
    await front.look(token);
    front.clock.advance(29_999);
    await front.look(token);
    expect(shownTo(front)).toEqual([`Bearer ${token}`]);
    front.as.setUserInfo(the.alice, { email: "new@example.com" });
    front.clock.advance(1);
    expect((await front.look(token))?.principal.email).toBe("new@example.com");
    expect([shownTo(front).length, front.as.count("token")]).toEqual([2, 0]);
  });

  it("is asked once for all who show a new token at the same time", async () => {
    const front = await openWithUserInfo();
    const token = await front.as.issue(some.claims());
    const callers = await Promise.all(Array.from({ length: 50 }, () => front.look(token)));
    expect(callers.every((caller) => caller?.principal.email === email)).toBe(true);
    expect(front.as.count("userinfo")).toBe(1);
  });

  it("is asked once for all who come after keepMs at the same time", async () => {
    const front = await openWithUserInfo();
    const token = await front.as.issue(some.claims());
    await front.look(token);
    front.clock.advance(60_000);
    await Promise.all(Array.from({ length: 50 }, () => front.look(token)));
    expect(front.as.count("userinfo")).toBe(2);
  });

  it("is not asked about systems", async () => {
    const front = await openWithUserInfo();
    const caller = await front.look(await front.as.issue(some.claims({ sub: "web-shop" })));
    expect([caller?.principal.isSystem, caller?.principal.source, front.as.count("userinfo")]).toEqual([
      true,
      "token",
      0,
    ]);
  });

  it("gives each caller the claims about that caller", async () => {
    const front = await openWithUserInfo();
    const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
    for (const sub of people) front.as.setUserInfo(sub, { email: `${sub}@example.com` });
    const callers = await Promise.all(
      people.map(async (sub) => front.look(await front.as.issue(some.claims({ sub })))),
    );
    expect(callers.map((caller) => caller?.principal.email)).toEqual(people.map((sub) => `${sub}@example.com`));
  });

  it("is seen by transformations and guards", async () => {
    const front = await openWithUserInfo({
      transformations: [(principal) => principal.withClaims({ of: `${principal.claims.department}` })],
    });
    const token = await front.as.issue(some.claims());
    expect(await front.verdict(token, { claims: { of: "law", department: "law" } })).toBe("accepted");
    expect(await front.verdict(token, { claims: { of: "sales" } })).toBe("claim");
  });

  it("adds no scope and makes nobody a system", async () => {
    const front = await openWithUserInfo();
    front.as.setUserInfo(the.alice, { scope: "admin", idtyp: "app", acr: "gold", auth_time: 1 });
    const token = await front.as.issue(some.claims());
    const principal = (await front.look(token))?.principal;
    expect([[...(principal?.scopes ?? [])], principal?.isSystem]).toEqual([["orders"], false]);
    expect(await front.verdict(token, { acrValues: "gold" })).toBe("authentication");
  });
});

describe("userinfo that cannot be had", () => {
  it.each([
    ["is about somebody else", fault.change({ sub: the.bob }), "BEHALF_TOKEN_UNREADABLE"],
    ["is about nobody", fault.change({ sub: undefined }), "BEHALF_TOKEN_UNREADABLE"],
    ["is an error of the server", fault.status(500), "BEHALF_TOKEN_UNREACHABLE"],
    ["does not come", fault.drop(), "BEHALF_TOKEN_UNREACHABLE"],
    ["is refused", fault.status(401, { "www-authenticate": "Bearer" }), "BEHALF_TOKEN_REFUSED"],
    ["is no JSON", fault.html(), "BEHALF_TOKEN_UNREADABLE"],
  ])("because it %s: the request goes on with the token's claims, and it is seen", async (_case, broken, error) => {
    const records = recordEvents("behalf:identity");
    const front = await openWithUserInfo();
    front.as.faults.always("userinfo", broken);
    const caller = await front.look(await front.as.issue(some.claims({ name: "Alice" })));
    expect(caller?.principal).toMatchObject({ name: "Alice", email: undefined, source: "token" });
    expect(records).toMatchObject([{ source: "userInfo", error }]);
  });

  it("is asked for again after five seconds, and not before", async () => {
    const front = await openWithUserInfo();
    const token = await front.as.issue(some.claims());
    front.as.faults.always("userinfo", fault.status(500));
    await front.look(token);
    front.as.faults.clear();
    const asked = front.as.count("userinfo");
    front.clock.advance(4_999);
    expect((await front.look(token))?.principal.source).toBe("token");
    expect(front.as.count("userinfo")).toBe(asked);
    front.clock.advance(1);
    expect((await front.look(token))?.principal).toMatchObject({ source: "userInfo", email });
  });

  it("is not waited for without end", { timeout: 15_000 }, async () => {
    const records = recordEvents("behalf:identity");
    const front = await openWithUserInfo();
    front.as.faults.always("userinfo", fault.hang());
    expect(await front.verdict(await front.as.issue(some.claims()))).toBe("accepted");
    expect(records).toMatchObject([{ error: "BEHALF_TOKEN_TIMEOUT" }]);
  });

  it("is not asked for with a token without a subject", async () => {
    const records = recordEvents("behalf:identity");
    const front = await openWithUserInfo();
    expect(await front.verdict(await front.as.issue(some.claims({ sub: undefined })))).toBe("accepted");
    expect([front.as.count("userinfo"), records.length]).toEqual([0, 1]);
  });
});

describe("userinfo by exchange", () => {
  const exchanged = { userInfoGrant: "tokenExchange", audience: "people", scope: "openid profile" } as const;

  it("is asked with a token that was obtained for it, never with the caller's", async () => {
    const front = await openWithUserInfo(exchanged);
    const token = await front.as.issue(some.claims());
    expect((await front.look(token))?.principal.email).toBe(email);
    const { form } = front.as.tokenRequest();
    expect([form.get("subject_token"), form.get("audience"), form.get("scope")]).toEqual([
      token,
      "people",
      "openid profile",
    ]);
    expect([shownTo(front).length, shownTo(front).includes(`Bearer ${token}`)]).toEqual([1, false]);
  });

  it("goes on without it where the exchange is refused", async () => {
    const records = recordEvents("behalf:identity");
    const front = await openWithUserInfo(exchanged);
    front.as.faults.always("token", fault.oauthError("invalid_target"));
    expect(await front.verdict(await front.as.issue(some.claims()))).toBe("accepted");
    expect([records.map(({ error }) => error), shownTo(front)]).toEqual([["BEHALF_TOKEN_REFUSED"], []]);
  });
});

describe("userinfo by a token that is bound to its sender", () => {
  const thumbprint = toAth("a certificate");

  async function openBound(identity: IdentityOptions) {
    const front = await openWithUserInfo(identity);
    const token = await front.as.issue(some.claims({ cnf: { "x5t#S256": thumbprint } }));
    const shown = { headers: ["authorization", `Bearer ${token}`], certificate: Buffer.from("a certificate") };
    return { ...front, caller: await front.look(shown) };
  }

  it("is not asked with it: nobody but the caller can show it", async () => {
    const records = recordEvents("behalf:identity");
    const { as, caller } = await openBound({});
    expect([caller?.principal.source, as.count("userinfo")]).toEqual(["token", 0]);
    expect(records).toMatchObject([{ error: "BEHALF_CONFIG_INVALID" }]);
  });

  it("is asked by exchange", async () => {
    const { as, caller } = await openBound({ userInfoGrant: "tokenExchange", audience: "people" });
    expect([caller?.principal.email, as.count("token")]).toEqual([email, 1]);
  });
});
