import { describe, expect, it } from "vitest";
import { keySet, openKeys, somePublicKey } from "../../../../../../test/support/some-keys.ts";
import { answer, someMetadata } from "../../../../../../test/support/token-request.ts";
import type { DiagnosticRecords } from "../../diagnostics/records.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";

const issuer = "https://as.example.com";
const broken = (): Response => answer({}, 503, { "retry-after": "7" });
const refused = (): never => {
  throw Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
};

/** Never answers, whatever becomes of the signal. */
const silent = (): Promise<Response> => new Promise(() => {});

describe("without any known key", () => {
  it.each<[string, () => Response, object]>([
    ["is away", broken, { code: "BEHALF_TOKEN_UNREACHABLE", status: 503, retryAfterMs: 7_000 }],
    ["cannot be reached", refused, { code: "BEHALF_TOKEN_UNREACHABLE", cause: { code: "ECONNREFUSED" } }],
    ["has no keys there", () => answer({}, 404), { code: "BEHALF_TOKEN_UNREADABLE", status: 404 }],
    ["redirects", () => answer({}, 307, { location: "/" }), { code: "BEHALF_TOKEN_UNREADABLE", status: 307 }],
    ["gives no JSON", () => new Response("<html>"), { code: "BEHALF_TOKEN_UNREADABLE" }],
    ["gives no key set", () => answer({ keys: "none" }), { code: "BEHALF_TOKEN_UNREADABLE" }],
  ])("a server that %s is a typed error", async (_case, bad, expected) => {
    const { find } = openKeys([bad]);
    const error = await find("a").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TokenUnreachableError);
    expect(error).toMatchObject({ client: "-", url: `${issuer}/jwks`, ...expected });
  });

  it.each<[string, () => Response]>([
    ["none", keySet()],
    ["none that can be used", keySet({ kty: "oct", k: "AAAA" })],
  ])("a set with %s is a typed error", async (_case, bad) => {
    await expect(openKeys([bad]).find("a")).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE", url: issuer });
  });

  it("metadata that names no keys is a typed error, and so is metadata that cannot be had", async () => {
    const nameless = { authority: issuer, get: async () => someMetadata(issuer) };
    const unknown = { code: "BEHALF_TOKEN_UNREADABLE", url: issuer };
    await expect(openKeys([], { metadata: nameless }).find("a")).rejects.toMatchObject(unknown);
    const facts = { code: "BEHALF_TOKEN_UNREACHABLE", url: issuer, client: "-", retryAfterMs: 9_000 } as const;
    const error = new TokenUnreachableError(facts);
    const away = { authority: issuer, get: () => Promise.reject(error) };
    await expect(openKeys([], { metadata: away }).find("a")).rejects.toBe(error);
  });

  it("a failure is the answer for two seconds, without another fetch", async () => {
    const { asked, clock, find } = openKeys([broken, keySet(await somePublicKey({ kid: "a" }))]);
    for (const _ of [1, 2]) await expect(find("a")).rejects.toMatchObject({ status: 503 });
    clock.advance(1_999);
    await expect(find("a")).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect([await find("a"), asked.length]).toEqual([["a"], 2]);
  });

  it("a server that wants to be left alone is", async () => {
    const slow = (): Response => answer({}, 429, { "retry-after": "60" });
    const { asked, clock, find } = openKeys([slow, keySet(await somePublicKey({ kid: "a" }))]);
    await expect(find("a")).rejects.toMatchObject({ status: 429, retryAfterMs: 60_000 });
    clock.advance(59_999);
    await expect(find("a")).rejects.toMatchObject({ status: 429 });
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect(await find("a")).toEqual(["a"]);
  });

  it("a server that hangs is given up in time, though its fetch ignores the signal", async () => {
    const { asked, find } = openKeys([silent], { timeoutMs: 10 });
    const failed = await Promise.allSettled([find("a"), find("b")]);
    const rejected = { status: "rejected", reason: { code: "BEHALF_TOKEN_TIMEOUT" } };
    expect([failed, asked.length]).toMatchObject([[rejected, rejected], 1]);
  });

  it("an answer that comes too late is not used", async () => {
    const late = keySet(await somePublicKey({ kid: "late" }));
    const slow = (): Promise<Response> => new Promise((resolve) => setTimeout(() => resolve(late()), 30));
    const { clock, find } = openKeys([slow, keySet(await somePublicKey({ kid: "a" }))], { timeoutMs: 10 });
    await expect(find("a")).rejects.toMatchObject({ code: "BEHALF_TOKEN_TIMEOUT" });
    clock.advance(2_000);
    expect(await find("a")).toEqual(["a"]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([await find("a"), await find("late")]).toEqual([["a"], []]);
  });
});

describe("a flood of 10,000 forged key ids", () => {
  const forged = Array.from({ length: 10_000 }, (_, index) => `forged-${index}`);
  const states: readonly (readonly [string, () => Response | Promise<Response>])[] = [
    ["up", keySet()],
    ["down", refused],
    ["hanging", silent],
  ];

  async function open(answered: () => Response | Promise<Response>) {
    const known = keySet(await somePublicKey({ kid: "a" }));
    const world = openKeys([known, answered === states[0]?.[1] ? known : answered], { timeoutMs: 20 });
    await world.find("a");
    world.clock.advance(30_000);
    return world;
  }

  it.each(states)("at once costs one fetch while the server is %s", async (_state, answered) => {
    const { asked, find } = await open(answered);
    const found = await Promise.all(forged.map((kid) => find(kid)));
    expect([found.flat(), asked.length - 1]).toEqual([[], 1]);
    expect(await find("a")).toEqual(["a"]);
  });

  it.each(states)("one by one costs one fetch a cool-down while the server is %s", async (_state, answered) => {
    const { asked, clock, find } = await open(answered);
    for (const kid of forged) {
      expect(await find(kid)).toEqual([]);
      clock.advance(9);
    }
    expect(asked.length - 1).toBe(3);
  });

  it.each(states.slice(1))(
    "costs one fetch, and fails, where no key is known while the server is %s",
    async (_state, answered) => {
      const { asked, find } = openKeys([answered], { timeoutMs: 20 });
      const failed = await Promise.allSettled(forged.map((kid) => find(kid)));
      expect([new Set(failed.map(({ status }) => status)), asked.length]).toEqual([new Set(["rejected"]), 1]);
      await expect(find("forged")).rejects.toBeInstanceOf(TokenUnreachableError);
      expect(asked).toHaveLength(1);
    },
  );
});

describe("what is told", () => {
  it("is each change of the keys, and once that the answer holds none", async () => {
    const states: DiagnosticRecords["behalf:state"][] = [];
    const publish = (_name: string, make: (instance: string) => unknown): void => {
      states.push(make("one") as DiagnosticRecords["behalf:state"]);
    };
    const [a, b, c] = [
      await somePublicKey({ kid: "a" }),
      await somePublicKey({ kid: "b" }),
      await somePublicKey({ kid: "c" }),
    ];
    const diagnostics = { instance: "one", logger: console, wants: () => true, publish };
    const { clock, find } = openKeys([keySet(a, b), keySet(b, a), keySet(b, c), keySet(), keySet(), keySet(c)], {
      diagnostics,
    });
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      await find("x");
      clock.advance(30_000);
    }
    expect(states.map(({ what, state, detail }) => [what, state, detail])).toEqual([
      [issuer, "keysChanged", { added: 1, withdrawn: 1 }],
      [issuer, "keysUnusable", { status: undefined, error: "BEHALF_TOKEN_UNREADABLE" }],
      [issuer, "keysChanged", { added: 0, withdrawn: 1 }],
    ]);
  });
});

describe("a fetch that fails by something else", () => {
  it("is an unreachable server", async () => {
    const fetch: ServerFetch = () => Promise.reject("no error");
    const expected = { code: "BEHALF_TOKEN_UNREACHABLE", cause: { name: "string" } };
    await expect(openKeys([], { fetch }).find("a")).rejects.toMatchObject(expected);
  });
});
