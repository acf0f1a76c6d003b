import { describe, expect, it } from "vitest";
import { recordEvents } from "../../support/record-events.ts";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { type Front, openFront } from "./open-front.ts";

const sessionId = "session-1";
const claims = some.claims({ sid: sessionId });

const evictions = [
  ["subject", () => ({ subject: the.alice })],
  ["sessionId", () => ({ sessionId })],
  ["token", (token: string) => ({ token })],
] as const;

describe.each(evictions)("the eviction of a %s", (_kind, toEviction) => {
  it("ends what a token may do that is remembered", async () => {
    const records = recordEvents("behalf:inbound");
    const { as, behalf, verdict } = await openFront();
    const token = await as.issue(claims);
    expect([await verdict(token), await verdict(token)]).toEqual(["accepted", "accepted"]);
    behalf.inbound.evict(toEviction(token));
    expect([await verdict(token), await verdict(token)]).toEqual(["revoked", "revoked"]);
    expect(records.at(-1)).toMatchObject({ code: "BEHALF_CALLER_TOKEN_INVALID", reason: "revoked" });
  });

  it("ends what a token may do that was never seen", async () => {
    const { as, behalf, verdict } = await openFront();
    const token = await as.issue(claims);
    behalf.inbound.evict(toEviction(token));
    expect(await verdict(token)).toBe("revoked");
  });

  it("lets a token in that is issued a second later", async () => {
    const { as, behalf, clock, verdict } = await openFront();
    const token = await as.issue(claims);
    behalf.inbound.evict(toEviction(token));
    clock.advance(1_000);
    expect([await verdict(await as.issue(claims)), await verdict(token)]).toEqual(["accepted", "revoked"]);
  });

  it("leaves everybody else alone", async () => {
    const { as, behalf, verdict } = await openFront();
    const others = await as.issue(some.claims({ sub: the.bob, sid: "session-2" }));
    expect(await verdict(others)).toBe("accepted");
    behalf.inbound.evict(toEviction(await as.issue(claims)));
    expect(await verdict(others)).toBe("accepted");
  });

  it("holds on a route that refuses nobody without a token", async () => {
    const { as, behalf, verdict } = await openFront();
    const token = await as.issue(claims);
    behalf.inbound.evict(toEviction(token));
    expect(await verdict(token, { anonymous: true })).toBe("revoked");
  });

  it("lasts from the last of several on", async () => {
    const { as, behalf, clock, verdict } = await openFront({ server: { lifeSeconds: 604_900 } });
    const token = await as.issue(claims);
    behalf.inbound.evict(toEviction(token));
    clock.advance(300_000_000);
    behalf.inbound.evict(toEviction(token));
    clock.advance(304_801_000);
    expect(await verdict(token)).toBe("revoked");
  });
});

describe("an eviction that names the issuer", () => {
  async function openTwo(): Promise<Front & { readonly tokens: readonly [string, string] }> {
    const other = await startAs();
    const front = await openFront({
      inbound: {
        authenticators: {
          home: { audience: the.clientId },
          other: { audience: the.clientId, authority: other.issuer },
        },
      },
    });
    return { ...front, tokens: [await front.as.issue(claims), await other.issue(claims)] };
  }

  it.each([
    ["subject", { subject: the.alice }],
    ["session", { sessionId }],
  ])("does not touch the same %s of another", async (_kind, eviction) => {
    const { as, behalf, verdict, tokens } = await openTwo();
    for (const token of tokens) expect(await verdict(token)).toBe("accepted");
    behalf.inbound.evict({ ...eviction, issuer: as.issuer });
    expect([await verdict(tokens[0]), await verdict(tokens[1])]).toEqual(["revoked", "accepted"]);
  });

  it("is meant for all issuers when it names none", async () => {
    const { behalf, verdict, tokens } = await openTwo();
    behalf.inbound.evict({ subject: the.alice });
    expect([await verdict(tokens[0]), await verdict(tokens[1])]).toEqual(["revoked", "revoked"]);
  });
});

describe("a caller who was asked about", () => {
  const inbound = { type: "introspection" } as const;

  it("is asked about again after an eviction, and comes back with the issuer's word of a later second", async () => {
    const { as, behalf, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque({ ...claims, iat: undefined });
    expect(await verdict(token)).toBe("accepted");
    behalf.inbound.evict({ subject: the.alice });
    expect(await verdict(token)).toBe("revoked");
    clock.advance(1_000);
    expect([await verdict(token), as.count("introspection")]).toEqual(["accepted", 3]);
  });

  it("does not come back with a token that says that it is older", async () => {
    const { as, behalf, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque(claims);
    expect(await verdict(token)).toBe("accepted");
    behalf.inbound.evict({ subject: the.alice });
    clock.advance(1_000);
    expect(await verdict(token)).toBe("revoked");
  });

  it("does not come back with a token that was evicted itself", async () => {
    const { as, behalf, clock, verdict } = await openFront({ inbound });
    const token = as.issueOpaque({ ...claims, iat: undefined });
    expect(await verdict(token)).toBe("accepted");
    behalf.inbound.evict({ token });
    clock.advance(10_000);
    expect(await verdict(token)).toBe("revoked");
  });
});
