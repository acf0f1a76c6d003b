import { describe, expect, it } from "vitest";
import { toSlope } from "../../bench/src/endurance/slope.ts";
import { keepTokens } from "../../bench/src/rows/keep-tokens.ts";
import { createTraffic } from "../../bench/src/site/traffic.ts";

describe("toSlope", () => {
  it("is the growth a call of readings on a line", () => {
    const readings = [1, 2, 3].map((part) => ({ calls: part * 100, value: 5_000 + part * 250 }));
    expect(toSlope(readings)).toBeCloseTo(2.5);
  });

  it("is nothing for readings that wander about a level", () => {
    expect(toSlope([7, 9, 9, 7].map((value, index) => ({ calls: index, value })))).toBe(0);
  });

  it("is nothing for one reading", () => {
    expect(toSlope([{ calls: 1, value: 1 }])).toBe(0);
  });
});

describe("keepTokens", () => {
  const expiresAt = Date.now() + 60_000;

  it("requests once for all who wait, and then no more", async () => {
    let requests = 0;
    const tokens = keepTokens(async () => {
      requests += 1;
      return { token: `t${requests}`, expiresAt };
    });
    expect(await Promise.all([tokens.get("a"), tokens.get("a")])).toEqual(["t1", "t1"]);
    expect(tokens.get("a")).toBe("t1");
  });

  it("forgets a token that was refused, but not the one that has come since", async () => {
    let requests = 0;
    const tokens = keepTokens(async () => {
      requests += 1;
      return { token: `t${requests}`, expiresAt };
    });
    await tokens.get("a");
    tokens.forget("a", "t1");
    expect(await tokens.get("a")).toBe("t2");
    tokens.forget("a", "t1");
    expect(await tokens.get("a")).toBe("t2");
  });
});

describe("createTraffic", () => {
  it("refuses the tokens with the request that it was told, once", () => {
    let refusals = 0;
    const traffic = createTraffic(() => {
      refusals += 1;
    });
    traffic.watch(2);
    const after = [1, 2, 3].map(() => {
      traffic.countBackendRequest();
      return refusals;
    });
    expect(after).toEqual([0, 1, 1]);
  });

  it("counts anew from when it is told to watch", () => {
    const traffic = createTraffic(() => {});
    traffic.countTokenRequest();
    traffic.watch(undefined);
    traffic.countTokenRequest();
    traffic.countBackendRequest();
    traffic.countRefusal();
    expect(traffic.counts).toEqual({ tokenRequests: 1, backendRequests: 1, refused: 1, calmMs: undefined });
  });

  it("tells how long refusals went on", () => {
    const traffic = createTraffic(() => {});
    traffic.watch(1);
    traffic.countBackendRequest();
    traffic.countRefusal();
    expect(traffic.counts.calmMs).toBeGreaterThanOrEqual(0);
  });
});
