import { describe, expect, it } from "vitest";
import { recordEvents } from "../../support/record-events.ts";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openFront } from "./open-front.ts";

const first = { authenticators: "first" };
const second = { authenticators: "second" };

const byRoute = {
  authenticators: {
    first: { audience: "orders-api", byRouteOnly: true },
    second: { audience: "reports-api", byRouteOnly: true },
  },
} as const;

describe("a token that was validated for one route", () => {
  it.each([
    [first, second, "orders-api"],
    [second, first, "reports-api"],
  ])("of %o is refused on that of %o, though it is remembered", async (its, other, aud) => {
    const records = recordEvents("behalf:inbound");
    const { as, verdict } = await openFront({ inbound: byRoute });
    const token = await as.issue(some.claims({ aud }));
    expect(await verdict(token, its)).toBe("accepted");
    expect(await verdict(token, other)).toBe("audience");
    expect(await verdict(token, its)).toBe("accepted");
    expect(await verdict(token, other)).toBe("audience");
    expect(records.map(({ remembered, accepted }) => [remembered, accepted])).toEqual([
      [false, true],
      [false, false],
      [true, true],
      [false, false],
    ]);
  });

  it("is accepted on another when it is for both", async () => {
    const { as, look } = await openFront({ inbound: byRoute });
    const token = await as.issue(some.claims({ aud: ["orders-api", "reports-api"] }));
    for (const [policy, authenticator] of [
      [first, "first"],
      [second, "second"],
      [first, "first"],
    ] as const) {
      expect(await look(token, policy)).toMatchObject({ authenticator });
    }
  });

  it("is refused where the other issuer's are wanted, though both know it by the same name", async () => {
    const other = await startAs();
    const inbound = {
      authenticators: {
        first: { audience: the.clientId },
        second: { audience: the.clientId, authority: other.issuer },
      },
    };
    const { as, verdict } = await openFront({ inbound });
    const token = await as.issue(some.claims());
    expect(await verdict(token)).toBe("accepted");
    expect(await verdict(token, second)).toBe("issuer");
    expect(await verdict(token, first)).toBe("accepted");
    expect(other.requests).toEqual([]);
  });
});

describe("an authenticator that wants to be named", () => {
  const inbound = {
    authenticators: { first: { audience: "orders-api" }, second: { audience: "reports-api", byRouteOnly: true } },
  };

  it("accepts nobody where it is not, though it remembers them", async () => {
    const { as, verdict } = await openFront({ inbound });
    const token = await as.issue(some.claims({ aud: "reports-api" }));
    expect(await verdict(token, second)).toBe("accepted");
    expect(await verdict(token)).toBe("audience");
    expect(await verdict(token, second)).toBe("accepted");
  });

  it("is looked for as the route is read, and is a mistake of the program when it is not there", async () => {
    const { as, verdict } = await openFront({ inbound });
    expect(await verdict(await as.issue(some.claims()), { authenticators: "third" })).toMatch(/^TypeError: .*"third"/);
  });
});

describe("a guard of a route", () => {
  it("is asked of a token that another route let in", async () => {
    const { as, verdict } = await openFront();
    const token = await as.issue(some.claims({ scope: "orders" }));
    expect(await verdict(token, { scopes: "orders" })).toBe("accepted");
    expect(await verdict(token, { scopes: "orders audit" })).toBe("scope");
    expect(await verdict(token, { identity: "system" })).toBe("identity");
    expect(await verdict(token, { claims: { department: "law" } })).toBe("claim");
    expect(await verdict(token, { acrValues: "gold" })).toBe("authentication");
  });

  it("measures the time since the sign-in at each request", async () => {
    const { as, clock, verdict } = await openFront();
    const token = await as.issue(some.claims({ auth_time: clock.now() / 1000 }));
    const recent = { maxAgeMs: 60_000 };
    clock.advance(60_000);
    expect(await verdict(token, recent)).toBe("accepted");
    clock.advance(1_000);
    expect(await verdict(token, recent)).toBe("authentication");
    expect(await verdict(token)).toBe("accepted");
  });
});
