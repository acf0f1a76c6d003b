import { refused } from "../expected.ts";
import type { HostileCase, Members, Surroundings, Theme } from "../vocabulary.ts";

type Name = (surroundings: Surroundings) => Members;

/** Signed by a stranger, whose key the header names or holds. */
const pointing = (name: string, header: Name): HostileCase => ({
  name,
  make: { key: "stranger", header },
  expect: refused.signature,
});

const embedded: readonly HostileCase[] = [
  pointing("jwk in the header", ({ ring }) => ({ jwk: ring.stranger.jwk })),
  pointing("jku of a foreign server", ({ foreign }) => ({ jku: `${foreign}/jwks` })),
  pointing("jku that begins like the issuer's", ({ as, foreign }) => ({
    jku: `${as.issuer}@${foreign.slice(7)}/jwks`,
  })),
  pointing("x5u of a foreign server", ({ foreign }) => ({ x5u: `${foreign}/chain.pem` })),
  pointing("x5c with a certificate of nobody", () => ({ x5c: [Buffer.from("no certificate").toString("base64")] })),
  pointing("x5t of another certificate", () => ({ x5t: "AAAAAAAAAAAAAAAAAAAAAAAAAAA" })),
  pointing("iss and aud in the header", ({ as }) => ({ iss: as.issuer, aud: "orders-api" })),
  {
    name: "jwk in the header, and no kid",
    make: { key: "stranger", header: ({ ring }) => ({ kid: undefined, jwk: ring.stranger.jwk }) },
    expect: refused.signature,
  },
  {
    name: "jwk in the header, and its kid",
    make: { key: "unknown", header: ({ ring }) => ({ jwk: ring.unknown.jwk }) },
    expect: refused.unknownKey,
  },
  {
    name: "jku of a foreign server, and its kid",
    make: { key: "unknown", header: ({ foreign }) => ({ jku: `${foreign}/jwks` }) },
    expect: refused.unknownKey,
  },
];

const unknownKids: readonly string[] = [
  "../../../../etc/passwd",
  "..%2f..%2fkeys%2fes256",
  "es256' OR '1'='1",
  "es256'; DROP TABLE keys; --",
  "es256\u0000",
  "es256\r\nx-injected: 1",
  "http://169.254.169.254/latest/meta-data",
  "ES256",
  "es256 ",
  "ｅs256",
  "$(touch /tmp/kid)",
  "${jndi:ldap://127.0.0.1/a}",
  "__proto__",
  "constructor",
  "",
  "k".repeat(2_000),
];

const kids: readonly HostileCase[] = [
  ...unknownKids.map((kid) => ({
    name: `kid ${JSON.stringify(kid.slice(0, 40))}`,
    make: { header: { kid } },
    expect: refused.unknownKey,
  })),
  ...[7, { es256: true }, ["es256"], true, null].map((kid) => ({
    name: `kid ${JSON.stringify(kid)}, which is no text`,
    make: { header: { kid } },
    expect: refused.malformed,
  })),
  {
    name: "500 tokens, each with a kid of its own",
    make: { times: 500, header: { kid: "flood-#" } },
    expect: refused.unknownKey,
  },
];

const critical = ([name, header]: readonly [string, Members]): HostileCase => ({
  name: `crit ${name}`,
  make: { header },
  expect: refused.critical,
});

const criticals: readonly (readonly [string, Members])[] = [
  ["with an unknown name", { crit: ["urn:example:level"], "urn:example:level": 1 }],
  ["with a name that is not there", { crit: ["urn:example:level"] }],
  ["empty", { crit: [] }],
  ["with exp", { crit: ["exp"], exp: 4_000_000_000 }],
  ["with alg, which may not be there", { crit: ["alg"] }],
  ["with b64, true", { crit: ["b64"], b64: true }],
  ["with b64, false", { crit: ["b64"], b64: false }],
  ["a text", { crit: "b64", b64: true }],
  ["null", { crit: null }],
  ["with an empty name", { crit: [""] }],
  ["with the same name twice", { crit: ["b64", "b64"], b64: true }],
  ["with a number", { crit: [1] }],
  ["with __proto__", { crit: ["__proto__"] }],
];

export const headerParameters: Theme = {
  name: "header parameters",
  cases: [
    ...embedded,
    ...kids,
    ...criticals.map(critical),
    // A reader of RFC 7797 takes another payload than one that never heard of it: a JWT may not say it at all (section 7).
    { name: "b64 false without crit", make: { header: { b64: false } }, expect: refused.critical },
  ],
  harmless: [
    { name: "no kid, where one key fits the algorithm", make: { key: "RS256", header: { kid: undefined } } },
    { name: "zip, which means nothing in a JWS", make: { header: { zip: "DEF" } } },
    { name: "members that mean nothing", make: { header: { nonce: "n", env: "prod" } } },
  ],
};
