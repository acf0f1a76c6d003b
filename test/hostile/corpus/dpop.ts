import { refused } from "../expected.ts";
import { smallOrder } from "../key-ring.ts";
import { hashToken, toPublicJwk, toThumbprint } from "../mint.ts";
import type { Expected, HostileCase, JwtChanges, Members, RequestHead, Surroundings, Theme } from "../vocabulary.ts";

const proving = (name: string, proof: JwtChanges, expect: Expected = refused.proof): HostileCase => ({
  name,
  make: { proof },
  expect,
});

const claiming = (name: string, claims: JwtChanges["claims"]): HostileCase =>
  proving(name, { ...(claims && { claims }) });
const heading = (name: string, header: JwtChanges["header"]): HostileCase =>
  proving(name, { ...(header && { header }) });

const urls: readonly (readonly [string, (url: string) => unknown])[] = [
  ["of another path", (url) => `${url}/me/else`],
  ["of another host", () => "https://evil.example/me"],
  ["of another scheme", (url) => `${url.replace("http:", "https:")}/me`],
  ["of another port", (url) => `${url.replace(/\d+$/, "1")}/me`],
  ["without a path", (url) => url],
  ["with a slash behind", (url) => `${url}/me/`],
  ["with other case of the path", (url) => `${url}/ME`],
  ["with a dot in the path", (url) => `${url}/x/%2e%2e/mee`],
  ["with a user in front of the host", (url) => `${url.replace("//", "//evil@")}/me`],
  ["as the user of another host", (url) => `${url}@evil.example/me`],
  ["relative", () => "/me"],
  ["a list", (url) => [`${url}/me`]],
  ["a number", () => 7],
  ["missing", () => undefined],
  ["empty", () => ""],
];

const htuCases = urls.map(([name, write]) => claiming(`htu ${name}`, ({ url }) => ({ htu: write(url) })));

const methods: readonly unknown[] = ["POST", "get", "GET ", "", ["GET"], undefined];
const htmCases = methods.map((htm) => claiming(`htm ${JSON.stringify(htm)}`, { htm }));

const ages: readonly HostileCase[] = [
  claiming("iat an hour ago", ({ now }) => ({ iat: now - 3_600 })),
  claiming("iat in a minute", ({ now }) => ({ iat: now + 60 })),
  claiming("iat missing", { iat: undefined }),
  claiming("iat a text", ({ now }) => ({ iat: String(now) })),
  claiming("iat zero", { iat: 0 }),
  claiming("exp past", ({ now }) => ({ exp: now - 60 })),
  claiming("nbf in a minute", ({ now }) => ({ nbf: now + 60 })),
  proving("iat 1e400", { claims: { iat: "@" }, claimsText: (json) => json.replace('"@"', "1e400") }),
];

const identities: readonly HostileCase[] = [
  claiming("jti missing", { jti: undefined }),
  claiming("jti empty", { jti: "" }),
  claiming("jti a number", { jti: 7 }),
  claiming("jti of 100,000 characters", { jti: "j".repeat(100_000) }),
  claiming("ath missing", { ath: undefined }),
  claiming("ath empty", { ath: "" }),
  claiming("ath of another token", { ath: hashToken("another token") }),
  claiming("ath in hexadecimal digits", { ath: Buffer.from(hashToken("x"), "base64url").toString("hex") }),
  proving("jti twice", { claimsText: (json) => `{"jti":"x",${json.slice(1)}` }),
];

/** The holder's public key, with its other half, or what else a proof's header may say of it. */
const holderKey = ({ ring }: Surroundings): Members => toPublicJwk({ ...ring.holder.jwk });

const headers: readonly HostileCase[] = [
  heading("typ at+jwt", { typ: "at+jwt" }),
  heading("typ JWT", { typ: "JWT" }),
  heading("typ missing", { typ: undefined }),
  heading("alg none", { alg: "none" }),
  heading("alg HS256", { alg: "HS256" }),
  heading("alg of another key type", { alg: "RS256" }),
  heading("crit with an unknown name", { crit: ["x"], x: 1 }),
  heading("jwk missing", { jwk: undefined }),
  heading("jwk null", { jwk: null }),
  heading("jwk a text", { jwk: "holder" }),
  heading("jwk without a half", (surroundings) => ({ jwk: { ...holderKey(surroundings), y: undefined } })),
  heading("jwk a shared secret", { jwk: { kty: "oct", k: "c2VjcmV0" } }),
  heading("kid and no jwk", { kid: "holder", jwk: undefined }),
  heading("jku in the place of jwk", ({ foreign }) => ({ jku: `${foreign}/jwks`, jwk: undefined })),
  proving("jwk with its private half", {
    header: (surroundings) => ({
      jwk: { ...holderKey(surroundings), d: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE" },
    }),
  }),
];

const others: readonly HostileCase[] = [
  proving("signed by another key than it holds", { signature: ({ input, ring }) => ring.otherHolder.sign(input) }),
  proving("zero signature", { signature: () => Buffer.alloc(64) }),
  proving("no signature", { signature: () => Buffer.alloc(0) }),
  proving("no JWT", { compact: () => "proof" }),
  proving("empty", { compact: () => "" }),
  proving("a proof of 1 MB", { compact: () => "a".repeat(1_048_576) }),
  proving("two proofs in one header", { compact: (proof) => `${proof}, ${proof}` }),
  proving("the payload a list", { claimsText: () => "[]" }),
  proving(
    "key of another holder",
    { key: "otherHolder", header: ({ ring }) => ({ kid: undefined, jwk: toPublicJwk({ ...ring.otherHolder.jwk }) }) },
    refused.binding,
  ),
];

/** A token that is bound to a key that no proof may be made with, and such a proof. */
const badlyBound = (
  name: string,
  read: (surroundings: Surroundings) => Members,
  proof: JwtChanges = {},
): HostileCase => ({
  name: `token bound to ${name}`,
  make: {
    claims: (surroundings) => ({ cnf: { jkt: toThumbprint(read(surroundings)) } }),
    proof: { ...proof, header: (surroundings) => ({ kid: undefined, ...proofAlg(proof), jwk: read(surroundings) }) },
  },
  expect: refused.proof,
});

const proofAlg = ({ header }: JwtChanges): Members => (typeof header === "object" ? header : {});

const badKeys: readonly HostileCase[] = [
  badlyBound("a key on no point of its curve", (surroundings) => ({ ...holderKey(surroundings), y: "A".repeat(43) })),
  badlyBound("an RSA key of 1024 bits", ({ ring }) => toPublicJwk({ ...ring.short.jwk }), { key: "short" }),
  badlyBound("a key on secp256k1", ({ ring }) => toPublicJwk({ ...ring.ES256K.jwk }), { key: "ES256K" }),
  badlyBound("a key on secp256k1, called ES256", ({ ring }) => toPublicJwk({ ...ring.ES256K.jwk }), {
    key: "ES256K",
    header: { alg: "ES256" },
  }),
  badlyBound("a key on another curve, called ES256", ({ ring }) => toPublicJwk({ ...ring.otherP384.jwk }), {
    key: "otherP384",
    header: { alg: "ES256" },
  }),
  // This signature fits every proof: whoever finds the token can use it.
  badlyBound("an Ed25519 key of order one", () => ({ crv: "Ed25519", kty: "OKP", x: smallOrder }), {
    header: { alg: "EdDSA" },
    signature: () => Buffer.concat([Buffer.of(1), Buffer.alloc(63)]),
  }),
];

const isProof = ([name]: readonly [string, string]): boolean => name === "DPoP";
const isToken = ([name]: readonly [string, string]): boolean => name === "Authorization";
const withHeaders = (head: RequestHead, headers: RequestHead["headers"]): RequestHead => ({ ...head, headers });

const requests: readonly HostileCase[] = [
  { name: "the same proof again", make: { again: true }, expect: refused.replay },
  {
    name: "no proof",
    make: {
      request: (head) =>
        withHeaders(
          head,
          head.headers.filter((header) => !isProof(header)),
        ),
    },
    expect: refused.proof,
  },
  {
    name: "two proofs",
    make: { request: (head) => withHeaders(head, [...head.headers, ...head.headers.filter(isProof)]) },
    expect: refused.proof,
  },
  {
    name: "the token as a proof",
    make: { request: (head, { token }) => withHeaders(head, [...head.headers.filter(isToken), ["DPoP", token]]) },
    expect: refused.proof,
  },
  {
    name: "bound token as Bearer, with its proof",
    make: {
      request: (head, { token }) =>
        withHeaders(head, [["Authorization", `Bearer ${token}`], ...head.headers.filter(isProof)]),
    },
    expect: refused.binding,
  },
  {
    name: "bound token as Bearer, let in with a proof before",
    make: {
      remembered: true,
      request: (head, { token }) => withHeaders(head, [["Authorization", `Bearer ${token}`]]),
    },
    expect: refused.binding,
  },
  {
    name: "no proof, with a token that was let in before",
    make: {
      remembered: true,
      request: (head) => withHeaders(head, head.headers.filter(isToken)),
    },
    expect: refused.proof,
  },
  {
    name: "bound token as Bearer, without a proof",
    make: { request: (head, { token }) => withHeaders(head, [["Authorization", `Bearer ${token}`]]) },
    expect: refused.binding,
  },
  {
    name: "a target in absolute form",
    make: { request: (head, { url }) => ({ ...head, target: `${url}${head.target}` }) },
    expect: refused.proof,
  },
  {
    name: "a target with dots, that another reader may resolve",
    make: { request: (head) => ({ ...head, target: `/x/..${head.target}` }) },
    expect: refused.proof,
  },
  {
    name: "proof for GET, and a POST",
    make: { request: (head) => ({ ...head, method: "POST" }) },
    expect: refused.proof,
  },
  {
    name: "both schemes",
    make: { request: (head, { token }) => withHeaders(head, [...head.headers, ["Authorization", `Bearer ${token}`]]) },
    expect: refused.twoTokens,
  },
  { name: "token that is not bound, as DPoP", make: { claims: { cnf: undefined } }, expect: refused.binding },
];

const bindings: readonly HostileCase[] = [
  ["empty", {}],
  ["with jkt empty", { jkt: "" }],
  ["with jkt a number", { jkt: 7 }],
  ["with jkt a list", { jkt: ["x"] }],
  ["with jkt of nobody", { jkt: "A".repeat(43) }],
  ["a text", "jkt"],
  ["null", null],
  ["a list", []],
  ["of a kind that nobody knows", { "x-kind": "x" }],
].map(([name, cnf]) => ({ name: `cnf ${name}`, make: { claims: { cnf } }, expect: refused.binding }));

const bound = (surroundings: Surroundings): Members => ({ cnf: { jkt: toThumbprint(holderKey(surroundings)) } });

export const dpop: Theme = {
  name: "DPoP",
  twin: "proof",
  claims: bound,
  inbound: (surroundings) => ({ resource: () => surroundings.url, dpop: true }),
  cases: [
    ...requests,
    ...htuCases,
    ...htmCases,
    ...ages,
    ...identities,
    ...headers,
    ...others,
    ...badKeys,
    ...bindings,
  ],
  harmless: [
    { name: "htu with a query", make: { proof: { claims: ({ url }) => ({ htu: `${url}/me?x=1` }) } } },
    {
      name: "htu with other case of the scheme",
      make: { proof: { claims: ({ url }) => ({ htu: `${url.replace("http", "HTTP")}/me` }) } },
    },
    {
      name: "scheme in lower case",
      make: {
        request: (head, { token }) =>
          withHeaders(head, [["authorization", `dpop ${token}`], ...head.headers.filter(isProof)]),
      },
    },
    { name: "a query in the request", make: { request: (head) => ({ ...head, target: `${head.target}?a=b` }) } },
    { name: "iat three seconds ahead", make: { proof: { claims: ({ now }) => ({ iat: now + 3 }) } } },
  ],
};

export const dpopNonce: Theme = {
  name: "DPoP with nonces",
  twin: "proof",
  claims: bound,
  nonce: true,
  inbound: (surroundings) => ({ resource: () => surroundings.url, dpop: { nonce: true } }),
  cases: [
    proving("no nonce", { claims: { nonce: undefined } }, refused.nonce),
    proving("an empty nonce", { claims: { nonce: "" } }, refused.nonce),
    proving("a nonce of nobody", { claims: { nonce: "A".repeat(43) } }, refused.nonce),
    proving("a nonce that is a number", { claims: { nonce: 7 } }, refused.nonce),
    proving("a nonce that is a list", { claims: { nonce: ["x"] } }, refused.nonce),
    proving("a nonce of 100,000 characters", { claims: { nonce: "n".repeat(100_000) } }),
    { name: "the same proof again", make: { again: true }, expect: refused.replay },
  ],
};

export const dpopRequired: Theme = {
  name: "DPoP required",
  twin: "proof",
  claims: bound,
  inbound: (surroundings) => ({ resource: () => surroundings.url, dpop: { required: true } }),
  cases: [
    {
      name: "token that is not bound, as Bearer",
      make: {
        claims: { cnf: undefined },
        request: (head, { token }) => withHeaders(head, [["Authorization", `Bearer ${token}`]]),
      },
      expect: refused.binding,
    },
    { name: "token that is not bound, as DPoP", make: { claims: { cnf: undefined } }, expect: refused.binding },
  ],
};
