import { the } from "../../support/the.ts";
import { refused } from "../expected.ts";
import type { HostileCase, Theme } from "../vocabulary.ts";

const audiences: readonly (readonly [string, unknown])[] = [
  ["missing", undefined],
  ["null", null],
  ["empty", ""],
  ["an empty list", []],
  ["a number", 7],
  ["true", true],
  ["an object", { [the.clientId]: true }],
  ["another API's", the.audience],
  ["other APIs'", [the.audience, the.otherAudience]],
  ["a beginning", "orders"],
  ["a longer name", "orders-api-admin"],
  ["an ending", "api"],
  ["a name in front", "x-orders-api"],
  ["other case", "Orders-API"],
  ["a slash behind", "orders-api/"],
  ["a space behind", "orders-api "],
  ["a zero byte behind", "orders-api\u0000"],
  ["a line break behind", "orders-api\n"],
  ["a Cyrillic letter", "orders-\u0430pi"],
  ["full-width letters", "ｏrders-api"],
  ["a joining mark", "orders\u2060-api"],
  ["two names in one text", "billing-api orders-api"],
  ["two names with a comma", "billing-api,orders-api"],
  ["a wildcard", "*"],
  ["a pattern", "orders-.*"],
  ["a list in a list", [["orders-api"]]],
  ["look-alikes alone", ["orders-api/", "Orders-api", "orders-api2", " orders-api"]],
  ["an object in a list", [{ toString: "orders-api" }]],
  ["the right one and a number", [the.clientId, 7]],
  ["the right one and an object", [{ admin: true }, the.clientId]],
  ["a JSON list in a text", '["orders-api"]'],
  ["the client that asked", "web-shop"],
];

const issuers: readonly (readonly [string, (issuer: string) => unknown])[] = [
  ["missing", () => undefined],
  ["null", () => null],
  ["empty", () => ""],
  ["a number", () => 1],
  ["a list with the right one", (issuer) => [issuer]],
  ["an object", (issuer) => ({ issuer })],
  ["a slash behind", (issuer) => `${issuer}/`],
  ["other case of the scheme", (issuer) => issuer.replace("http", "HTTP")],
  ["another name of the host", (issuer) => issuer.replace("127.0.0.1", "localhost")],
  ["another spelling of the host", (issuer) => issuer.replace("127.0.0.1", "127.1")],
  ["another scheme", (issuer) => issuer.replace("http:", "https:")],
  ["another port", (issuer) => issuer.replace(/\d+$/, "1")],
  ["no port", (issuer) => issuer.replace(/:\d+$/, "")],
  ["a path behind", (issuer) => `${issuer}/tenant1`],
  ["a dot as path", (issuer) => `${issuer}/.`],
  ["a query behind", (issuer) => `${issuer}?x=1`],
  ["a fragment behind", (issuer) => `${issuer}#x`],
  ["a user in front of the host", (issuer) => issuer.replace("//", "//user@")],
  ["the right one as a user", (issuer) => `${issuer}@evil.example`],
  ["the right one as a beginning", (issuer) => `${issuer}.evil.example`],
  ["a space behind", (issuer) => `${issuer} `],
  ["a zero byte behind", (issuer) => `${issuer}\u0000`],
  ["another server", () => "https://evil.example"],
];

const cases: readonly HostileCase[] = [
  ...audiences.map(([name, aud]) => ({ name: `aud ${name}`, make: { claims: { aud } }, expect: refused.audience })),
  ...issuers.map(([name, change]) => ({
    name: `iss ${name}`,
    make: { claims: ({ as }: { readonly as: { readonly issuer: string } }) => ({ iss: change(as.issuer) }) },
    expect: refused.issuer,
  })),
];

export const audienceIssuer: Theme = {
  name: "audience and issuer",
  cases,
  harmless: [
    { name: "aud a list with the right one", make: { claims: { aud: [the.audience, the.clientId] } } },
    { name: "aud a list with one", make: { claims: { aud: [the.clientId] } } },
  ],
};
