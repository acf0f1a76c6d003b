import { the } from "../../support/the.ts";
import { refused } from "../expected.ts";
import type { Expected, HostileCase, Make, Theme } from "../vocabulary.ts";

const said = (name: string, introspected: Make["introspected"], expect: Expected): HostileCase => ({
  name,
  make: introspected === undefined ? {} : { introspected },
  expect,
});

const shown = (
  name: string,
  compact: NonNullable<Make["compact"]>,
  expect: Expected = refused.inactive,
): HostileCase => ({
  name,
  make: { compact },
  expect,
});

const unsigned = (header: object, claims: object): string =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");

const past = Math.floor(Date.now() / 1000) - 3_600;

const deep = `{"active":true,"sub":"alice","aud":"orders-api","deep":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;

export const introspection: Theme = {
  name: "introspection",
  twin: "opaque",
  inbound: () => ({ type: "introspection" }),
  cases: [
    said("inactive", { active: false }, refused.inactive),
    said(
      "inactive, with all that an active one has",
      { active: false, sub: the.alice, aud: the.clientId },
      refused.inactive,
    ),
    shown("a token of nobody", () => "opaque-of-nobody"),
    shown("a token with a character more", (token) => `${token}x`),
    shown("a token in other case", (token) => token.toUpperCase()),
    shown("a token without its last character", (token) => token.slice(0, -1)),
    shown("a token that adds a parameter", (token) => `${token}&client_id=orders-api`),
    shown("a token that is percent-encoded", (token) => token.replaceAll("-", "%2D")),
    shown("a JWT with alg none", ({ length }) => `${unsigned({ alg: "none" }, { sub: "alice", jti: length })}.`),
    shown(
      "a JWT of a stranger",
      () => `${unsigned({ alg: "ES256" }, { sub: "alice", aud: the.clientId })}.${"A".repeat(86)}`,
    ),
    shown("a path", () => "../../introspect?token=good"),
    shown("a token of 1 MB", () => "o".repeat(1_048_576), refused.tooLong),
    said("no aud", { aud: undefined }, refused.audience),
    said("aud null", { aud: null }, refused.audience),
    said("aud of another API", { aud: the.audience }, refused.audience),
    said("aud a look-alike", { aud: ["orders-api/", "Orders-API"] }, refused.audience),
    said("aud an object", { aud: { "orders-api": true } }, refused.audience),
    said("iss of another server", { iss: "https://evil.example" }, refused.issuer),
    said("iss a list", { iss: ["https://evil.example"] }, refused.issuer),
    said("active, but past its end", { exp: past }, refused.expired),
    said("active, but not yet good", { nbf: past + 7_200 }, refused.notYetValid),
    said("issued in the future", { iat: past + 7_200 }, refused.notYetValid),
    said("a refresh token", { token_type: "refresh_token" }, refused.typ),
    said("a refresh token of Keycloak", { typ: "Refresh" }, refused.typ),
    said("an id token", { token_use: "id_token" }, refused.typ),
    said("an id token of Cognito", { token_use: "id" }, refused.typ),
    said("a refresh token of Cognito", { token_use: "refresh" }, refused.typ),
    said("bound to a key, and shown as Bearer", { cnf: { jkt: "A".repeat(43) } }, refused.binding),
    said("bound to a certificate that is not there", { cnf: { "x5t#S256": "A".repeat(43) } }, refused.binding),
    said("bound to what nobody knows", { cnf: { level: 1 } }, refused.binding),
    said("token_type DPoP, and shown as Bearer", { token_type: "DPoP" }, refused.binding),
    said("active a text", { active: "true" }, refused.unreadable),
    said("active a number", { active: 1 }, refused.unreadable),
    said("active null", { active: null }, refused.unreadable),
    said("no active", { active: undefined }, refused.unreadable),
    said("exp a text", { exp: "4000000000" }, refused.unreadable),
    said("sub an object", { sub: { toString: "alice" } }, refused.unreadable),
    said("a list", "[]", refused.unreadable),
    said("the text true", "true", refused.unreadable),
    said("nothing", "", refused.unreadable),
    said("claims in claims, 100,000 deep", deep, refused.unreadable),
    said("half of an answer", '{"active":true,"sub":"alice"', refused.unreadable),
    said("a page", "<html>active: true</html>", refused.unreadable),
    said("a failure", 500, { status: 503, code: "BEHALF_TOKEN_UNREACHABLE" }),
  ],
  harmless: [{ name: "aud a list with the right one", make: { introspected: { aud: [the.audience, the.clientId] } } }],
};
