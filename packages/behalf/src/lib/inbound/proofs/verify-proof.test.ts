import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { openPossession, type ProofChanges, toAth, toJwk } from "../../../../../../test/support/possession.ts";
import { createTestKey, type TestKey } from "../../../../../../test/support/signing-key.ts";
import { toJwkThumbprint } from "../../values/jwk-thumbprint.ts";

type Members = Readonly<Record<string, unknown>>;

const proof = { name: "CallerTokenError", code: "BEHALF_CALLER_PROOF_INVALID", reason: "proof", scheme: "DPoP" };
const now = Math.floor(Date.now() / 1000);

/** A key of a kind that no good client has. */
function createKey(algorithm: string, pair: ReturnType<typeof generateKeyPairSync>, hash: string | null): TestKey {
  const publicKey = pair.publicKey;
  const options = { key: pair.privateKey, dsaEncoding: "ieee-p1363" } as const;
  return {
    publicKey,
    key: {
      algorithm,
      publicJwk: { ...publicKey.export({ format: "jwk" }) },
      sign: (input) => sign(hash, input, options),
    },
  };
}

const rsa = (modulusLength: number): TestKey =>
  createKey("RS256", generateKeyPairSync("rsa", { modulusLength }), "sha256");

describe("a proof", () => {
  it.each(["ES256", "RS256", "EdDSA"] as const)("is accepted when it is signed with %s", async (kind) => {
    const { show, prove } = openPossession({ client: createTestKey[kind]() });
    await expect(show({ proofs: [await prove()] })).resolves.toBeUndefined();
    await expect(show({ proofs: [await prove()] })).resolves.toBeUndefined();
  });

  it.each<[string, ProofChanges]>([
    ["with a jti of one character", { claims: { jti: "a" } }],
    ["with a jti of 256 characters", { claims: { jti: "a".repeat(256) } }],
    ["with a type in other letters", { header: { typ: "DPoP+JWT" } }],
    ["with a name for its key", { header: { kid: "1" } }],
    ["for the URL with a query", { claims: { htu: "https://api.example/v1/orders?page=2#top" } }],
    ["for the URL spelt in another way", { claims: { htu: "HTTPS://API.example:443/v1/./%6frders" } }],
    ["with more than it needs to say", { claims: { more: "a".repeat(4_096) } }],
    ["with a nonce that nobody asked for", { claims: { nonce: "anything" } }],
  ])("is accepted %s", async (_case, changes) => {
    const { show, prove } = openPossession();
    await expect(show({ proofs: [await prove(changes)] })).resolves.toBeUndefined();
  });

  it.each([
    ["59.9 s old", -59.9, true],
    ["60 s old", -60, false],
    ["5 s ahead", 5, true],
    ["5.1 s ahead", 5.1, false],
  ])("that is %s is accepted or not", async (_case, seconds, accepted) => {
    const { show, prove, clock } = openPossession();
    const shown = show({ proofs: [await prove({ claims: { iat: clock.now() / 1000 + seconds } })] });
    if (accepted) await expect(shown).resolves.toBeUndefined();
    else await expect(shown).rejects.toMatchObject(proof);
  });

  it.each<[string, Members]>([
    ["no jti", { jti: undefined }],
    ["an empty jti", { jti: "" }],
    ["a jti of 257 characters", { jti: "a".repeat(257) }],
    ["a very long jti", { jti: "a".repeat(9_000) }],
    ["a jti that is a number", { jti: 5 }],
    ["a jti that is a list", { jti: ["a"] }],
    ["no htm", { htm: undefined }],
    ["another method", { htm: "POST" }],
    ["its method in small letters", { htm: "get" }],
    ["a list of methods", { htm: ["GET"] }],
    ["no htu", { htu: undefined }],
    ["a list of URLs", { htu: ["https://api.example/v1/orders"] }],
    ["another path", { htu: "https://api.example/v1/items" }],
    ["a slash more", { htu: "https://api.example/v1/orders/" }],
    ["another host", { htu: "https://evil.example/v1/orders" }],
    ["another scheme", { htu: "http://api.example/v1/orders" }],
    ["another port", { htu: "https://api.example:8443/v1/orders" }],
    ["a user in the URL", { htu: "https://alice@api.example/v1/orders" }],
    ["the path alone", { htu: "/orders" }],
    ["no iat", { iat: undefined }],
    ["an iat that is a text", { iat: String(now) }],
    ["an iat that is null", { iat: null }],
    ["an iat that is far away", { iat: 1e300 }],
    ["an iat that is negative", { iat: -1 }],
    ["an iat in milliseconds", { iat: now * 1000 }],
    ["more than 8 KiB in all", { more: "a".repeat(6_144) }],
    ["an exp that has passed", { exp: now - 100 }],
    ["no ath", { ath: undefined }],
    ["the ath of another token", { ath: toAth("token-of-bob") }],
    ["the token for ath", { ath: "token-of-alice" }],
    ["a list for ath", { ath: [toAth("token-of-alice")] }],
  ])("is refused with %s", async (_case, claims) => {
    const { show, prove } = openPossession();
    await expect(show({ proofs: [await prove({ claims })] })).rejects.toMatchObject(proof);
  });

  it.each(["", "null", "[]", "{", '{"iat":NaN}', '{"iat":1e999}', '"text"'])(
    "is refused with the payload %j",
    async (payload) => {
      const { show, prove } = openPossession();
      await expect(show({ proofs: [await prove({ payload })] })).rejects.toMatchObject(proof);
    },
  );

  it.each<[string, Members]>([
    ["the type JWT", { typ: "JWT" }],
    ["the type of an access token", { typ: "at+jwt" }],
    ["no type", { typ: undefined }],
    ["no algorithm", { alg: undefined }],
    ["an algorithm that is a list", { alg: ["ES256"] }],
    ["an algorithm in small letters", { alg: "es256" }],
    ["the algorithm none", { alg: "none" }],
    ["the algorithm HS256", { alg: "HS256" }],
    ["the algorithm of another kind of key", { alg: "RS256" }],
    ["the algorithm of another curve", { alg: "ES384" }],
    ["crit", { crit: ["exp"], exp: 1 }],
    ["crit for b64", { crit: ["b64"], b64: true }],
    ["an unencoded payload", { crit: ["b64"], b64: false }],
    ["no key", { jwk: undefined }],
    ["a key that is null", { jwk: null }],
    ["a key that is a text", { jwk: "key" }],
    ["a key that is a list", { jwk: [] }],
    ["an empty key", { jwk: {} }],
    ["a key to be fetched", { jku: "https://evil.example/jwks" }],
    ["a certificate to be fetched", { x5u: "https://evil.example/certificate" }],
    ["a certificate", { x5c: ["MIIB"] }],
  ])("is refused with %s", async (_case, header) => {
    const { show, prove } = openPossession();
    await expect(show({ proofs: [await prove({ header })] })).rejects.toMatchObject(proof);
  });

  it.each<[string, Members]>([
    ["private", { d: "AAAA" }],
    ["for encryption", { use: "enc" }],
    ["for another algorithm", { alg: "ES384" }],
    ["for signing alone", { key_ops: ["sign"] }],
    ["for what is no list", { key_ops: "verify" }],
  ])("is refused with a key that is %s", async (_case, members) => {
    const { show, prove, client } = openPossession();
    const header = { jwk: { ...toJwk(client), ...members } };
    await expect(show({ proofs: [await prove({ header })] })).rejects.toMatchObject(proof);
  });

  it("is accepted with a key that says what it is for", async () => {
    const { show, prove, client } = openPossession();
    const header = { jwk: { ...toJwk(client), use: "sig", alg: "ES256", key_ops: ["verify"], kid: "1" } };
    await expect(show({ proofs: [await prove({ header })] })).resolves.toBeUndefined();
  });

  it.each([
    ["no method", { method: undefined }],
    ["no URL", { url: undefined }],
    ["another method", { method: "POST" }],
    ["another path", { url: "/items" }],
    ["a slash more", { url: "/orders/" }],
    ["a way up in its path", { url: "/items/../orders" }],
    ["a whole URL", { url: "https://api.example/v1/orders" }],
  ])("is refused for a request with %s", async (_case, request) => {
    const { show, prove } = openPossession();
    await expect(show({ ...request, proofs: [await prove()] })).rejects.toMatchObject(proof);
  });

  it.each([
    ["nothing", () => ""],
    ["a word", () => "proof"],
    ["no signature", (text: string) => text.replace(/[^.]+$/, "")],
    ["two parts", (text: string) => text.replace(/\.[^.]+$/, "")],
    ["four parts", (text: string) => `${text}.a`],
    ["five parts", (text: string) => `${text}.a.b`],
    ["padding", (text: string) => `${text}==`],
    ["a space before it", (text: string) => ` ${text}`],
    ["a line's end", (text: string) => `${text}\n`],
    ["a scheme", (text: string) => `DPoP ${text}`],
    ["a signature of zeros", (text: string) => text.replace(/[^.]+$/, "A".repeat(86))],
    ["a signature of ones", (text: string) => text.replace(/[^.]+$/, `${"_".repeat(85)}w`)],
    ["more than 8 KiB", (text: string) => text + "A".repeat(8_192)],
  ])("is refused with %s", async (_case, change) => {
    const { show, prove } = openPossession();
    await expect(show({ proofs: [change(await prove())] })).rejects.toMatchObject(proof);
  });

  it("is refused for no method, even when the request has none", async () => {
    const { show, prove } = openPossession();
    const shown = show({ method: undefined, proofs: [await prove({ claims: { htm: undefined } })] });
    await expect(shown).rejects.toMatchObject(proof);
  });

  it("ends by the API's clock, where it says when", async () => {
    const { show, prove, clock } = openPossession({ clock: createClock(Date.now() + 86_400_000) });
    const inSeconds = (seconds: number): Members => ({ exp: Math.floor(clock.now() / 1000) + seconds });
    await expect(show({ proofs: [await prove({ claims: inSeconds(-10) })] })).rejects.toMatchObject(proof);
    await expect(show({ proofs: [await prove({ claims: inSeconds(10) })] })).resolves.toBeUndefined();
  });

  it("keeps nothing of what it was refused for but names", async () => {
    const { show, prove } = openPossession();
    const error = await show({ proofs: [await prove({ header: { alg: "marker" } })] }).catch((reason) => reason);
    expect(error.cause).toEqual({ name: "JOSEAlgNotAllowed", code: "ERR_JOSE_ALG_NOT_ALLOWED" });
  });
});

describe("a key that a token is bound to", () => {
  const ec = createTestKey.ES256();
  const jwk = toJwk(ec);

  async function showKey(key: TestKey, header: Members = {}): Promise<unknown> {
    const { show, prove } = openPossession({ client: key });
    const shown = { ...toJwk(key), ...header };
    const confirmation = { jkt: toJwkThumbprint(shown), certificate: undefined };
    return show({ confirmation, proofs: [await prove({ header: { jwk: shown } })] });
  }

  it.each<[string, Members]>([
    ["a point that is not on the curve", { y: jwk.x }],
    ["the point at infinity", { x: "A".repeat(43), y: "A".repeat(43) }],
    ["a point that is too short", { x: "AA" }],
    ["a point that is no base64url", { x: "!".repeat(43) }],
    ["another curve", { crv: "P-384" }],
    ["a curve that does not exist", { crv: "P-999" }],
    ["another kind", { kty: "OKP", crv: "Ed25519" }],
  ])("is refused with %s", async (_case, members) => {
    await expect(showKey(ec, members)).rejects.toMatchObject(proof);
    await expect(showKey(ec)).resolves.toBeUndefined();
  });

  it.each([512, 1024, 2040])("is refused with %d bits of RSA", async (bits) => {
    await expect(showKey(rsa(bits))).rejects.toMatchObject(proof);
  });

  it("is refused for agreeing on keys", async () => {
    const publicJwk = { ...generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }) };
    const client = createTestKey.EdDSA();
    await expect(showKey({ ...client, key: { ...client.key, publicJwk } })).rejects.toMatchObject(proof);
  });

  it("is refused as a shared secret, even where the algorithm is configured", async () => {
    const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";
    const key = { ...ec.key, algorithm: "HS256", sign: hmac };
    function hmac(input: Uint8Array): Uint8Array {
      return createHmac("sha256", Buffer.from(secret, "base64url")).update(input).digest();
    }
    const dpop = { required: false, nonce: false, algorithms: ["HS256", "none"], proofLifeMs: 60_000 };
    const { show, prove } = openPossession({ dpop, client: { ...ec, key } });
    for (const header of [{}, { jwk: { kty: "oct", k: secret } }, { alg: "none" }])
      await expect(show({ proofs: [await prove({ header })] })).rejects.toMatchObject(proof);
  });

  it("is taken for the algorithm that a proof says, not for one that was said before", async () => {
    const client = createTestKey.RS256();
    const { show, prove } = openPossession({ client });
    await show({ proofs: [await prove()] });
    await expect(show({ proofs: [await prove({ header: { alg: "PS256" } })] })).rejects.toMatchObject(proof);
  });
});
