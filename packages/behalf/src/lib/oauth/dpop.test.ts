import { createHash } from "node:crypto";
import { compactVerify, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { ActorToken } from "../values/actor-token.ts";
import { createDpopProver } from "./dpop.ts";

const startsAt = 1_800_000_000_400;
const url = new URL("https://api.example.com:8443/items/1?page=2#top");
const { key, publicKey } = createTestKey.ES256();
const prover = createDpopProver({ key, now: createClock(startsAt).now });

describe("createDpopProver", () => {
  it.each(["ES256", "RS256", "EdDSA"] as const)("proves possession of a key for %s", async (kind) => {
    const given = createTestKey[kind]();
    const { jwt } = await createDpopProver({ key: given.key, now: Date.now }).prove({ method: "GET", url });
    const { protectedHeader } = await jwtVerify(jwt, given.publicKey, { typ: "dpop+jwt" });
    expect(protectedHeader).toEqual({ typ: "dpop+jwt", alg: kind, jwk: given.key.publicJwk });
  });

  it("says method, place and time, and nothing else", async () => {
    const { jwt, nonce } = await prover.prove({ method: "POST", url });
    await compactVerify(jwt, publicKey);
    expect(decodeJwt(jwt)).toEqual({
      jti: expect.stringMatching(/^[\w-]{20,}$/),
      htm: "POST",
      htu: "https://api.example.com:8443/items/1",
      iat: 1_800_000_000,
    });
    expect(nonce).toBeUndefined();
  });

  it("names the token that goes with it", async () => {
    const { jwt } = await prover.prove({ method: "GET", url, token: new ActorToken("a-token") });
    expect(decodeJwt(jwt).ath).toBe(createHash("sha256").update("a-token").digest("base64url"));
  });

  it("is another one each time", async () => {
    const proofs = await Promise.all([1, 2, 3].map(() => prover.prove({ method: "GET", url })));
    expect(new Set(proofs.map(({ jwt }) => decodeJwt(jwt).jti)).size).toBe(3);
  });

  it("shows no private member", async () => {
    const jwk = { ...key.publicJwk, d: "private", kid: "k1" };
    const { jwt } = await createDpopProver({ key: { ...key, publicJwk: jwk }, now: Date.now }).prove({
      method: "GET",
      url,
    });
    expect(decodeProtectedHeader(jwt).jwk).toEqual(key.publicJwk);
  });

  it("waits for a signature that comes later", async () => {
    const slow = { ...key, sign: async (input: Uint8Array) => key.sign(input) };
    const { jwt } = await createDpopProver({ key: slow, now: Date.now }).prove({ method: "GET", url });
    await expect(compactVerify(jwt, publicKey)).resolves.toBeDefined();
  });

  it("keeps the newest nonce of each origin", async () => {
    const own = createDpopProver({ key, now: Date.now });
    own.keepNonce(url.origin, "first");
    own.keepNonce(url.origin, "second");
    own.keepNonce(url.origin, undefined);
    own.keepNonce("https://other.example.com", "theirs");
    const { jwt, nonce } = await own.prove({ method: "GET", url });
    expect([nonce, decodeJwt(jwt).nonce]).toEqual(["second", "second"]);
    expect((await own.prove({ method: "GET", url: new URL("https://new.example.com") })).nonce).toBeUndefined();
  });

  it("forgets the nonces that were used least", async () => {
    const own = createDpopProver({ key, now: Date.now });
    for (let each = 0; each <= 1_000; each += 1) own.keepNonce(`https://${each}.example.com`, "n");
    const nonces = ["https://0.example.com", "https://1000.example.com"].map((origin) =>
      own.prove({ method: "GET", url: new URL(origin) }),
    );
    expect((await Promise.all(nonces)).map(({ nonce }) => nonce)).toEqual([undefined, "n"]);
  });

  it("has the key's thumbprint", () => {
    expect(prover.thumbprint).toMatch(/^[\w-]{43}$/);
  });

  it("refuses a key that does not know its public half", () => {
    expect(() => createDpopProver({ key: { ...key, publicJwk: undefined }, now: Date.now })).toThrow(TypeError);
  });
});
