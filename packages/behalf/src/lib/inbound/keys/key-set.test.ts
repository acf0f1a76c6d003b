import { createHmac } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { somePublicKey } from "../../../../../../test/support/some-keys.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import type { VerificationKey } from "./verification-keys.ts";

async function find(set: KeySet, alg: unknown, kid?: unknown): Promise<readonly VerificationKey[]> {
  return Reflect.apply(set.find, undefined, [kid === undefined ? { alg } : { alg, kid }]);
}

const findIds = async (set: KeySet, alg: unknown, kid?: unknown) =>
  (await find(set, alg, kid)).map(({ origin }) => origin.kid);

async function somePrivateKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return exportJWK(privateKey);
}

/** An RSA key that is too short to be made by jose. */
async function someShortRsaKey(): Promise<JWK> {
  const usage = ["sign", "verify"] as const;
  const publicExponent = new Uint8Array([1, 0, 1]);
  const shape = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 1024, publicExponent };
  const { publicKey } = await crypto.subtle.generateKey(shape, true, [...usage]);
  return exportJWK(publicKey);
}

describe("a key set", () => {
  it("gives the key of the token's id, which verifies it", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const set = await createKeySet([await somePublicKey({ kid: "a" }), { ...(await exportJWK(publicKey)), kid: "b" }]);
    const [found, ...more] = await find(set, "ES256", "b");
    const token = await new SignJWT({}).setProtectedHeader({ alg: "ES256" }).sign(privateKey);
    expect(found && (await jwtVerify(token, found.key))).toBeDefined();
    expect(more).toEqual([]);
  });

  it("gives all that fit its algorithm to a token without an id", async () => {
    const set = await createKeySet([
      await somePublicKey({ kid: "a" }),
      await somePublicKey({ kid: "r" }, "RS256"),
      await somePublicKey({ kid: "b", alg: undefined, use: undefined }),
      await somePublicKey({ kid: undefined }),
    ]);
    expect(await findIds(set, "ES256")).toEqual(["a", "b", undefined]);
    expect(await findIds(set, "RS256")).toEqual(["r"]);
  });

  it("gives eight of them at most", async () => {
    const keys = await Promise.all(Array.from({ length: 12 }, (_, index) => somePublicKey({ kid: `k${index}` })));
    expect(await findIds(await createKeySet(keys), "ES256")).toHaveLength(8);
  });

  it("gives every key of an id that several have", async () => {
    const set = await createKeySet([await somePublicKey({ kid: "a" }), await somePublicKey({ kid: "a" })]);
    const found = await find(set, "ES256", "a");
    expect(new Set(found.map(({ key }) => key)).size).toBe(2);
  });

  it("gives a key without an id to tokens without an id alone", async () => {
    const set = await createKeySet([await somePublicKey()]);
    expect([await findIds(set, "ES256"), await findIds(set, "ES256", "a")]).toEqual([[undefined], []]);
  });

  it("gives no key whose algorithm is another one", async () => {
    const set = await createKeySet([await somePublicKey({ kid: "a" }, "PS256"), await somePublicKey({ kid: "b" })]);
    expect([await findIds(set, "RS256", "a"), await findIds(set, "ES384", "b")]).toEqual([[], []]);
    expect(await findIds(set, "PS256", "a")).toEqual(["a"]);
  });

  it("gives an RSA key without an algorithm to each that it fits", async () => {
    const set = await createKeySet([await somePublicKey({ kid: "a", alg: undefined }, "RS256")]);
    expect([await findIds(set, "RS256", "a"), await findIds(set, "PS512", "a")]).toEqual([["a"], ["a"]]);
    expect(await findIds(set, "ES256", "a")).toEqual([]);
  });

  it.each([undefined, 1, null, "none", "None", "HS256", "__proto__"])(
    "gives nothing for the algorithm %s",
    async (alg) => {
      const set = await createKeySet([await somePublicKey({ kid: "a" }, "RS256")]);
      expect([await findIds(set, alg, "a"), await findIds(set, alg)]).toEqual([[], []]);
    },
  );

  it.each([1, null, {}, ["a"], "", "A", "a\u0000", "__proto__", "constructor"])(
    "gives nothing for the id %j",
    async (kid) => {
      const set = await createKeySet([await somePublicKey({ kid: "a" })]);
      expect(await findIds(set, "ES256", kid)).toEqual([]);
    },
  );

  it.each(["ES256", "ES384", "ES512", "EdDSA", "Ed25519", "RS256", "PS256"])("takes keys for %s", async (alg) => {
    const set = await createKeySet([
      await somePublicKey({ kid: "a" }, alg),
      await somePublicKey({ kid: "b", alg: undefined, use: undefined }, alg),
    ]);
    expect([await findIds(set, alg, "a"), await findIds(set, alg, "b")]).toEqual([["a"], ["b"]]);
  });

  it("tells whom alone a key is for", async () => {
    const set = await createKeySet([
      await somePublicKey({ kid: "a", issuer: "https://as.example.com/{tenantid}" }),
      await somePublicKey({ kid: "b", issuer: 1 }),
    ]);
    const [a] = await find(set, "ES256", "a");
    const [b] = await find(set, "ES256", "b");
    expect([a?.origin.issuer, b?.origin.issuer]).toEqual(["https://as.example.com/{tenantid}", undefined]);
  });
});

describe("a key that cannot be used", () => {
  const secret = createHmac("sha256", "x").digest("base64url");
  it.each<[string, () => Promise<unknown>]>([
    ["is for encryption", () => somePublicKey({ use: "enc" })],
    ["may not verify", () => somePublicKey({ use: undefined, key_ops: ["encrypt"] })],
    ["has operations that are no list", () => somePublicKey({ key_ops: "verify" })],
    ["is for an algorithm that encrypts", () => somePublicKey({ alg: "RSA-OAEP", use: undefined }, "RS256")],
    ["is for an algorithm that nobody knows", () => somePublicKey({ alg: "XX256" })],
    ["is for an algorithm of another type", () => somePublicKey({ alg: "RS256" })],
    ["is symmetric", async () => ({ kty: "oct", k: secret, alg: "HS256" })],
    ["is private", somePrivateKey],
    ["is private in part", () => somePublicKey({ d: "" })],
    ["has a private member of another type", () => somePublicKey({ priv: "AQ" })],
    ["is a short RSA key", someShortRsaKey],
    ["is not on its curve", () => somePublicKey({ x: "AQ" })],
    ["has a wrong curve", () => somePublicKey({ crv: "P-384" })],
    ["has a curve that nobody knows", () => somePublicKey({ crv: "P-257", alg: undefined })],
    ["lacks a member", () => somePublicKey({ y: undefined })],
    ["has a type that nobody knows", async () => ({ kty: "XX" })],
    ["has no type", async () => ({ kid: "a" })],
    ["is a text", async () => "key"],
    ["is null", async () => null],
    ["is a list", async () => [await somePublicKey()]],
    ["is nested without end", async () => ({ ...(await somePublicKey()), x5c: nest(100_000) })],
  ])("since it %s is skipped", async (_case, make) => {
    const bad = await make();
    const set = await createKeySet([bad, await somePublicKey({ kid: "good" })]);
    const found = [await findIds(set, "ES256"), await findIds(set, "RS256"), await findIds(set, "HS256")];
    expect([set.size, found]).toEqual([1, [["good"], [], []]]);
  });

  const nest = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

  it("is every one after a hundred", async () => {
    const one = await somePublicKey();
    const many = Array.from({ length: 150 }, (_, index) => ({ ...one, kid: `k${index}` }));
    const set = await createKeySet(many);
    expect([set.size, await findIds(set, "ES256", "k99"), await findIds(set, "ES256", "k100")]).toEqual([
      100,
      ["k99"],
      [],
    ]);
  });

  it("is the second of two that are the same", async () => {
    const one = await somePublicKey({ kid: "a" });
    expect((await createKeySet([one, { ...one }])).size).toBe(1);
  });
});

describe("a newer set", () => {
  it("keeps the keys that are the same", async () => {
    const a = await somePublicKey({ kid: "a" });
    const first = await createKeySet([a]);
    const [before] = await find(first, "ES256", "a");
    const second = await createKeySet([await somePublicKey({ kid: "b" }), { ...a }], first);
    const [after] = await find(second, "ES256", "a");
    expect([after?.key === before?.key, after?.origin === before?.origin]).toEqual([true, true]);
    expect([first.giveWayTo(second), before?.origin.live]).toEqual([0, true]);
  });

  it.each<[string, (jwk: JWK) => Promise<readonly unknown[]>]>([
    ["is gone", async () => [await somePublicKey({ kid: "b" })]],
    ["is another one of the same id", async () => [await somePublicKey({ kid: "a" })]],
    ["has another id", async (jwk) => [{ ...jwk, kid: "b" }]],
    ["is for encryption now", async (jwk) => [{ ...jwk, use: "enc" }, await somePublicKey({ kid: "b" })]],
    ["is for another issuer now", async (jwk) => [{ ...jwk, issuer: "https://other.example.com" }]],
  ])("ends a key that %s", async (_case, change) => {
    const jwk = await somePublicKey({ kid: "a" });
    const first = await createKeySet([jwk]);
    const [found] = await find(first, "ES256", "a");
    const count = first.giveWayTo(await createKeySet(await change(jwk), first));
    expect([count, found?.origin.live]).toEqual([1, false]);
  });

  it("does not bring a key that has ended back to life", async () => {
    const jwk = await somePublicKey({ kid: "a" });
    const first = await createKeySet([jwk]);
    const [found] = await find(first, "ES256", "a");
    const second = await createKeySet([await somePublicKey({ kid: "b" })], first);
    first.giveWayTo(second);
    const third = await createKeySet([jwk], second);
    const [again] = await find(third, "ES256", "a");
    expect([found?.origin.live, again?.origin.live]).toEqual([false, true]);
  });
});
