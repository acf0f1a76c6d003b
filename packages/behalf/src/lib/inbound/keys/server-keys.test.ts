import { describe, expect, it, vi } from "vitest";
import { keySet, openKeys, somePublicKey } from "../../../../../../test/support/some-keys.ts";
import { answer, someMetadata } from "../../../../../../test/support/token-request.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";

const minute = 60_000;
const broken = (): Response => answer({}, 500);

/** Answers that a test gives when it wants to. */
function hold() {
  const waiting: ((response: Response) => void)[] = [];
  const fetch = (): Promise<Response> => new Promise((resolve) => waiting.push(resolve));
  return { waiting, fetch };
}

describe("an issuer's keys", () => {
  it("are not fetched before the first use", async () => {
    const { asked, find } = openKeys([keySet(await somePublicKey({ kid: "a" }))]);
    expect(asked).toEqual([]);
    expect(await find("a")).toEqual(["a"]);
  });

  it("are asked for as the protocol says, without following a redirect", async () => {
    const { asked, find } = openKeys([keySet(await somePublicKey({ kid: "a" }))]);
    await find("a");
    expect(asked).toMatchObject([
      {
        url: "https://as.example.com/jwks",
        request: {
          method: "GET",
          redirect: "manual",
          headers: { accept: "application/jwk-set+json, application/json" },
        },
      },
    ]);
  });

  it("are fetched once for all who wait", async () => {
    const { asked, find } = openKeys([keySet(await somePublicKey({ kid: "a" }))]);
    const found = await Promise.all(Array.from({ length: 20 }, () => find("a")));
    expect([asked.length, new Set(found.flat())]).toEqual([1, new Set(["a"])]);
  });

  it("are the same objects for every look", async () => {
    const { keys } = openKeys([keySet(await somePublicKey({ kid: "a" }))]);
    const header = { alg: "ES256", kid: "a" };
    expect(await keys.find(header)).toBe(await keys.find(header));
  });
});

describe("a key that is not known", () => {
  it("is fetched when the cool-down is over, once", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { asked, clock, find } = openKeys([keySet(a), keySet(a, b)]);
    expect(await find("b")).toEqual([]);
    clock.advance(29_999);
    expect([await find("b"), asked.length]).toEqual([[], 1]);
    clock.advance(1);
    expect([await find("b"), asked.length]).toEqual([["b"], 2]);
  });

  it("is waited for while a fetch is under way", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { waiting, fetch } = hold();
    const { clock, find } = openKeys([keySet(a), fetch]);
    await find("a");
    clock.advance(30_000);
    const found = [find("b"), find("b")];
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    expect(await find("a")).toEqual(["a"]);
    waiting[0]?.(keySet(a, b)());
    expect(await Promise.all(found)).toEqual([["b"], ["b"]]);
  });

  it("is waited for even in a cool-down when the keys are fetched anyway", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { waiting, fetch } = hold();
    const { clock, find } = openKeys([keySet(a), fetch], { cooldownMs: 60 * minute });
    await find("a");
    clock.advance(10 * minute);
    const found = [find("a"), find("b")];
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.(keySet(a, b)());
    expect(await Promise.all(found)).toEqual([["a"], ["b"]]);
  });

  it("costs one fetch in a cool-down that fails, too", async () => {
    const { asked, clock, find } = openKeys([keySet(await somePublicKey({ kid: "a" })), broken]);
    await find("a");
    clock.advance(30_000);
    for (const _ of [1, 2, 3]) expect(await find("x")).toEqual([]);
    clock.advance(29_999);
    await find("x");
    expect(asked).toHaveLength(2);
    clock.advance(1);
    await find("x");
    expect(asked).toHaveLength(3);
  });

  it("is looked for by a token without an id, too", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" }, "ES384")];
    const { asked, clock, find } = openKeys([keySet(a), keySet(a, b)]);
    expect(await find(undefined, "ES384")).toEqual([]);
    clock.advance(30_000);
    expect([await find(undefined), await find(undefined, "ES384")]).toEqual([["a"], ["b"]]);
    expect(asked).toHaveLength(2);
  });

  it("leaves a server alone for as long as it says", async () => {
    const slow = (): Response => answer({}, 429, { "retry-after": "120" });
    const { asked, clock, find } = openKeys([keySet(await somePublicKey({ kid: "a" })), slow]);
    await find("a");
    clock.advance(30_000);
    await find("x");
    clock.advance(119_999);
    await find("x");
    expect(asked).toHaveLength(2);
    clock.advance(1);
    await find("x");
    expect(asked).toHaveLength(3);
  });

  it("is looked for at once when the clock was put back", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { clock, find } = openKeys([keySet(a), keySet(a, b)]);
    await find("a");
    clock.advance(-3_600_000);
    expect(await find("b")).toEqual(["b"]);
  });
});

describe("known keys", () => {
  it("are fetched anew after ten minutes, behind the request's back", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { waiting, fetch } = hold();
    const { asked, clock, find } = openKeys([keySet(a), fetch]);
    await find("a");
    clock.advance(10 * minute - 1);
    await find("a");
    expect(asked).toHaveLength(1);
    clock.advance(1);
    expect([await find("a"), await find("a")]).toEqual([["a"], ["a"]]);
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting[0]?.(keySet(b)());
    await vi.waitFor(async () => expect(await find("b")).toEqual(["b"]));
    expect([await find("a"), asked.length]).toEqual([[], 2]);
  });

  it("are fetched anew before any request after a longer idle time", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { clock, find } = openKeys([keySet(a), keySet(b)]);
    await find("a");
    clock.advance(20 * minute);
    expect(await Promise.all([find("a"), find("a"), find("b")])).toEqual([[], [], ["b"]]);
  });

  it("stay in use for ever while the server is away, which is asked once a minute", async () => {
    const { asked, clock, find } = openKeys([keySet(await somePublicKey({ kid: "a" })), broken]);
    await find("a");
    for (let passed = 0; passed < 60; passed += 1) {
      clock.advance(minute);
      expect(await find("a")).toEqual(["a"]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(asked).toHaveLength(1 + 51);
    clock.advance(30 * 24 * 60 * minute);
    expect(await find("a")).toEqual(["a"]);
  });

  it.each<[string, () => Response]>([
    ["an empty set", keySet()],
    [
      "a set without any usable key",
      keySet({ kty: "oct", k: "AAAA" }, null, { kty: "EC", crv: "P-256", x: "AQ", y: "AQ" }),
    ],
    ["no set", () => answer({})],
    ["a list", () => answer([])],
    ["keys that are no list", () => answer({ keys: { a: 1 } })],
    ["no JSON", () => new Response("<html>")],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example.com/" } })],
    ["nothing", () => new Response(null, { status: 204 })],
  ])("stay in use when the server answers by %s", async (_case, bad) => {
    const { asked, clock, findOne } = openKeys([keySet(await somePublicKey({ kid: "a" })), bad]);
    const { origin } = await findOne("a");
    clock.advance(20 * minute);
    expect((await findOne("a")).origin).toBe(origin);
    expect([origin.live, asked.length]).toEqual([true, 2]);
  });

  it("say when they are published no more", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    const { clock, find, findOne } = openKeys([keySet(a, b), keySet(b)]);
    const [one, other] = [await findOne("a"), await findOne("b")];
    clock.advance(30_000);
    await find("x");
    expect([one.origin.live, other.origin.live, await find("a")]).toEqual([false, true, []]);
  });

  it("give way to others of the same id", async () => {
    const { clock, find, findOne } = openKeys([
      keySet(await somePublicKey({ kid: "a" })),
      keySet(await somePublicKey({ kid: "a" })),
    ]);
    const before = await findOne("a");
    clock.advance(30_000);
    await find("x");
    const after = await findOne("a");
    expect([before.origin.live, after.origin.live, before.key === after.key]).toEqual([false, true, false]);
  });

  it("stay in use where they have moved, until the others are there", async () => {
    const [a, b] = [await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "b" })];
    let place = "https://as.example.com/old";
    const answers: Readonly<Record<string, () => Response>> = {
      "https://as.example.com/old": keySet(a),
      "https://as.example.com/new": keySet(b),
    };
    const metadata = {
      authority: "https://as.example.com",
      get: async () => someMetadata("https://as.example.com", { jwksUri: new URL(place) }),
    };
    const fetch: ServerFetch = async (url) => (answers[url] ?? broken)();
    const { clock, find } = openKeys([], { metadata, fetch });
    await find("a");
    place = "https://as.example.com/nowhere";
    clock.advance(20 * minute);
    expect(await find("a")).toEqual(["a"]);
    place = "https://as.example.com/new";
    clock.advance(20 * minute);
    expect([await find("a"), await find("b")]).toEqual([[], ["b"]]);
  });
});
