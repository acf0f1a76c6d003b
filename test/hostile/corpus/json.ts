import { refused } from "../expected.ts";
import type { HostileCase, JwtChanges, Theme } from "../vocabulary.ts";

type Rewrite = (json: string) => string | Buffer;

/** Writes a member in front of the others, so that the other of the same name comes last; or the other way round. */
const first =
  (member: string): Rewrite =>
  (json) =>
    `{${member},${json.slice(1)}`;
const last =
  (member: string): Rewrite =>
  (json) =>
    `${json.slice(0, -1)},${member}}`;

const malformed = (name: string, make: JwtChanges): HostileCase => ({ name, make, expect: refused.malformed });

// RFC 7515 section 4 and RFC 7519 section 4 leave it to the reader to refuse them or to take the last. Two readers on one
// way take different ones, so they are refused.
const twice: readonly HostileCase[] = [
  malformed("header: alg twice, none first", { headerText: first('"alg":"none"') }),
  malformed("header: alg twice, none last", { headerText: last('"alg":"none"') }),
  malformed("header: kid twice", { headerText: first('"kid":"es384"') }),
  malformed("header: typ twice", { headerText: first('"typ":"logout+jwt"') }),
  malformed("header: alg twice, one in escapes", { headerText: first('"\\u0061lg":"none"') }),
  malformed("payload: sub twice, mallory first", { claimsText: first('"sub":"mallory"') }),
  malformed("payload: sub twice, mallory last", { claimsText: last('"sub":"mallory"') }),
  malformed("payload: aud twice", { claimsText: first('"aud":"billing-api"') }),
  malformed("payload: iss twice", { claimsText: first('"iss":"https://other.example"') }),
  malformed("payload: exp twice", { claimsText: first('"exp":1') }),
  malformed("payload: sub twice, one in escapes", { claimsText: first('"s\\u0075b":"mallory"') }),
  malformed("payload: scope twice, the same", { claimsText: last('"scope":"orders"') }),
  malformed("payload: a member of a member twice", { claimsText: last('"act":{"sub":"a","sub":"b"}') }),
];

const notAnObject: readonly HostileCase[] = [
  "[]",
  '["alice"]',
  "42",
  '"alice"',
  "null",
  "true",
  "",
  "{",
  "{}x",
  "{'sub':'alice'}",
].map((text) => malformed(`payload ${text === "" ? "empty" : text}`, { claimsText: () => text }));

const headers: readonly HostileCase[] = ["[]", "null", '"ES256"', "", "{", "not JSON"].map((text) =>
  malformed(`header ${text === "" ? "empty" : text}`, { headerText: () => text }),
);

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);
const depth = 10_000;
const nested = (open: string, close: string, times: number = depth): string =>
  `"deep":${open.repeat(times)}1${close.repeat(times)}`;

/** What is no UTF-8, in the place of the subject's name. */
function breakText(bytes: readonly number[]): Rewrite {
  return (json) => {
    const [before = "", after = ""] = json.split("alice");
    return Buffer.concat([Buffer.from(before), Buffer.of(...bytes), Buffer.from(after)]);
  };
}

export const json: Theme = {
  name: "json",
  cases: [
    ...twice,
    ...notAnObject,
    ...headers,
    malformed("header with a byte order mark", {
      headerText: (text) => Buffer.concat([byteOrderMark, Buffer.from(text)]),
    }),
    malformed("payload with a byte order mark", {
      claimsText: (text) => Buffer.concat([byteOrderMark, Buffer.from(text)]),
    }),
    malformed("payload in UTF-16", { claimsText: (text) => Buffer.from(text, "utf16le") }),
    malformed("payload with a byte that is no UTF-8", { claimsText: breakText([0xff]) }),
    malformed("payload with half a surrogate in UTF-8", { claimsText: breakText([0xed, 0xa0, 0x80]) }),
    malformed("payload with an overlong slash", { claimsText: breakText([0xc0, 0xaf]) }),
    malformed("header with a byte that is no UTF-8", {
      headerText: (text) =>
        Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"'), Buffer.of(0xff), Buffer.from('"}')]),
    }),
    malformed("payload with a comment", { claimsText: (text) => `/* */${text}` }),
    malformed("payload with a comma at its end", { claimsText: (text) => `${text.slice(0, -1)},}` }),
    malformed("payload with NaN", { claimsText: last('"level":NaN') }),
    malformed("payload and more after it", { claimsText: (text) => `${text}${text}` }),
    malformed(`lists in lists, ${depth} deep, in the header`, { headerText: last(nested("[", "]")) }),
    malformed(`lists in lists, ${depth} deep, in the payload`, { claimsText: last(nested("[", "]")) }),
    malformed("objects in objects, 3,000 deep, in the payload", { claimsText: last(nested('{"a":', "}", 3_000)) }),
    { name: "payload with nothing in it", make: { claimsText: () => "{}" }, expect: refused.issuer },
    {
      name: "__proto__ in the place of the audience",
      make: { claims: { aud: undefined }, claimsText: last('"__proto__":{"aud":"orders-api"}') },
      expect: refused.audience,
    },
    {
      name: "constructor in the place of the issuer",
      make: { claims: { iss: undefined }, claimsText: last('"constructor":{"prototype":{"iss":"x"}}') },
      expect: refused.issuer,
    },
    {
      name: "__proto__ in the place of the expiry",
      make: { claims: { exp: undefined }, claimsText: last('"__proto__":{"exp":4000000000}') },
      expect: refused.claims,
    },
  ],
  harmless: [
    { name: "spaces between the members", make: { claimsText: (text) => text.replaceAll(",", " ,\n\t") } },
    { name: "a claim called __proto__", make: { claimsText: last('"__proto__":{"isAdmin":true}') } },
    { name: "the same name on two levels", make: { claimsText: last('"act":{"sub":"web-shop"}') } },
    { name: "a name in escapes, once", make: { claimsText: (text) => text.replace('"sub"', '"\\u0073ub"') } },
  ],
};
