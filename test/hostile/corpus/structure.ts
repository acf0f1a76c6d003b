import { refused } from "../expected.ts";
import type { HostileCase, Theme } from "../vocabulary.ts";

type Parts = readonly [header: string, payload: string, signature: string];

/** Another text in the place of the token, made of its three segments. */
const shaped = (name: string, write: (...parts: Parts) => string): HostileCase => ({
  name,
  make: {
    compact: (token) => {
      const [header = "", payload = "", signature = ""] = token.split(".");
      return write(header, payload, signature);
    },
  },
  expect: refused.malformed,
});

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The same bytes, with a bit set behind the last of them: a second text for one signature. */
function setSpareBit(segment: string): string {
  const last = alphabet.indexOf(segment.at(-1) ?? "");
  return `${segment.slice(0, -1)}${alphabet[last ^ 1]}`;
}

const withSpareBit = (json: string): string => (Buffer.byteLength(json) % 3 === 0 ? `${json} ` : json);
const standard = (segment: string): string => segment.replaceAll("-", "+").replaceAll("_", "/");
const jws = ([header, payload, signature]: Parts): unknown => ({ payload, protected: header, signature });

/** Makes sure that the segment holds a character by which the alphabets differ. */
const telling = (json: string): string => json.replace('"alice"', '"alice","mark":"\u00ff\u00fe>>>???~~~"');

export const structure: Theme = {
  name: "structure",
  cases: [
    ...["a", "Bearer", "null", "undefined", "[object", "...", ".", "..", "a.b", "a.b.c", "-", "%00", "{}"].map((text) =>
      shaped(`the text ${text}`, () => text),
    ),
    shaped("one segment", (header) => header),
    shaped("two segments", (header, payload) => `${header}.${payload}`),
    shaped("two segments and a dot in front", (_header, payload, signature) => `.${payload}.${signature}`),
    shaped("four segments", (...parts) => `${parts.join(".")}.x`),
    shaped("four segments, the last empty", (...parts) => `${parts.join(".")}.`),
    shaped("five segments, as in a JWE", (header, payload, signature) =>
      [header, payload, signature, payload, signature].join("."),
    ),
    shaped("a JWE without a key", (_header, payload, signature) => {
      const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString("base64url");
      return [header, "", payload.slice(0, 16), payload, signature].join(".");
    }),
    shaped("a JWE for the public key", (_header, payload, signature) => {
      const header = Buffer.from('{"alg":"ECDH-ES","enc":"A128GCM","cty":"JWT"}').toString("base64url");
      return [header, "", payload.slice(0, 16), payload, signature].join(".");
    }),
    shaped("no header", (_header, payload, signature) => `.${payload}.${signature}`),
    shaped("no payload", (header, _payload, signature) => `${header}..${signature}`),
    shaped("the JSON form of a JWS", (...parts) => JSON.stringify(jws(parts))),
    shaped("the JSON form of a JWS with many signatures", (header, payload, signature) =>
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    ),
    shaped("the whole token in base64url again", (...parts) => Buffer.from(parts.join(".")).toString("base64url")),
    shaped("the token twice", (...parts) => `${parts.join(".")}${parts.join(".")}`),
    shaped("padding behind the header", (header, ...rest) => [`${header}=`, ...rest].join(".")),
    shaped("padding behind the payload", (header, payload, signature) => `${header}.${payload}=.${signature}`),
    shaped("padding behind the signature", (...parts) => `${parts.join(".")}==`),
    shaped("a tilde behind, as in an SD-JWT", (...parts) => `${parts.join(".")}~`),
    shaped("a space in the signature's place", (header, payload) => `${header}.${payload}.%20`),
    shaped("a full-width dot", (...parts) => parts.join("\u00b7")),
    {
      name: "a dot in front of the token",
      make: { compact: (token) => `.${token}` },
      expect: refused.malformed,
    },
    {
      name: "payload in the other base64 alphabet",
      make: {
        claimsText: telling,
        compact: (token) =>
          token
            .split(".")
            .map((part, index) => (index === 1 ? standard(part) : part))
            .join("."),
      },
      expect: refused.malformed,
    },
    {
      name: "signature in the other base64 alphabet",
      make: { signature: ({ input, ring }) => signWith(input, ring), compact: standard },
      expect: refused.malformed,
    },
    {
      name: "spare bits set behind the signature",
      make: { compact: (token) => setSpareBit(token) },
      expect: refused.malformed,
    },
    {
      name: "spare bits set behind the payload, signed so",
      make: { claimsText: withSpareBit, compact: (token, { ring }) => resign(token, 1, ring.ES256.sign) },
      expect: refused.malformed,
    },
    {
      name: "spare bits set behind the header, signed so",
      make: { headerText: withSpareBit, compact: (token, { ring }) => resign(token, 0, ring.ES256.sign) },
      expect: refused.malformed,
    },
    {
      name: "a JWT within the JWT",
      make: { header: { cty: "JWT" }, claimsText: () => "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.AAAA" },
      expect: refused.malformed,
    },
    {
      name: "a token of 1 MB",
      make: { claims: { filling: "f".repeat(786_432) } },
      expect: refused.tooLong,
    },
    {
      name: "1 MB of the letter a",
      make: { compact: () => "a".repeat(1_048_576) },
      expect: refused.tooLong,
    },
    {
      name: "1 MB of dots",
      make: { compact: () => ".".repeat(1_048_576) },
      expect: refused.tooLong,
    },
  ],
};

/** Signs until the signature's text has a character that the alphabets write differently. */
function signWith(input: Buffer, ring: { readonly ES256: { sign(input: Buffer): Buffer } }): Buffer {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const signature = ring.ES256.sign(input);
    if (/[-_]/.test(signature.toString("base64url"))) return signature;
  }
  throw new Error("No signature had a telling character");
}

/** Sets a spare bit in one of the segments, and signs what came of it. */
function resign(token: string, segment: 0 | 1, sign: (input: Buffer) => Buffer): string {
  const parts = token.split(".").slice(0, 2);
  parts[segment] = setSpareBit(parts[segment] ?? "");
  const input = parts.join(".");
  return `${input}.${sign(Buffer.from(input)).toString("base64url")}`;
}
