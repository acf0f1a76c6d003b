import { refused } from "../expected.ts";
import type { HostileCase, Members, Theme } from "../vocabulary.ts";

const typed = (typ: unknown): HostileCase => ({
  name: `typ ${JSON.stringify(typ)}`,
  make: { header: { typ } },
  expect: refused.typ,
});

/** Kinds of JWT that the same server signs with the same key, and that are no access tokens. */
const otherTypes: readonly string[] = [
  "logout+jwt",
  "application/logout+jwt",
  "LOGOUT+JWT",
  "dpop+jwt",
  "secevent+jwt",
  "oauth-authz-req+jwt",
  "token-introspection+jwt",
  "oauth-client-attestation+jwt",
  "client-authentication+jwt",
  "userinfo+jwt",
  "refresh+jwt",
  "rt+jwt",
  "txntoken+jwt",
  "dc+sd-jwt",
  "JWE",
];

const untyped = (name: string, claims: Members, header: Members = { typ: "JWT" }): HostileCase => ({
  name,
  make: { header, claims },
  expect: refused.idToken,
});

const idTokens: readonly HostileCase[] = [
  untyped("id token with at_hash", { at_hash: "77QmUPtjPfzWtF2AnpK9RQ", scope: undefined }),
  untyped("id token with c_hash", { c_hash: "LDktKdoQak3Pk0cnXxCltA", scope: undefined }),
  untyped("id token with s_hash", { s_hash: "LDktKdoQak3Pk0cnXxCltA", scope: undefined }),
  untyped("id token with a nonce, and no scope", { nonce: "n-0S6_WzA2Mj", scope: undefined, client_id: undefined }),
  untyped("id token without typ", { at_hash: "77QmUPtjPfzWtF2AnpK9RQ", scope: undefined }, { typ: undefined }),
  untyped("id token of Keycloak", { typ: "ID", scope: undefined }),
  untyped("id token of Cognito", { token_use: "id", scope: undefined }),
];

const otherKinds: readonly HostileCase[] = [
  ["refresh token of Keycloak", { typ: "Refresh" }],
  ["offline token of Keycloak", { typ: "Offline" }],
  ["logout token of Keycloak", { typ: "Logout" }],
].map(([name, claims]) => ({
  name: String(name),
  make: { header: { typ: "JWT" }, claims: claims as Members },
  expect: refused.idToken,
}));

/** A caller is known by a text (RFC 7519 section 4.1.2): what is none could not be revoked. */
const subjects: readonly HostileCase[] = [7, ["alice"], { name: "alice" }, true, null].map((sub) => ({
  name: `sub ${JSON.stringify(sub)}`,
  make: { claims: { sub } },
  expect: refused.claims,
}));

export const claims: Theme = {
  name: "kinds of tokens",
  cases: [
    ...otherTypes.map(typed),
    ...[7, null, ["at+jwt"], {}].map(typed),
    ...idTokens,
    ...otherKinds,
    ...subjects,
    {
      name: "logout token that says JWT",
      make: {
        header: { typ: "JWT" },
        claims: { events: { "http://schemas.openid.net/event/backchannel-logout": {} }, scope: undefined, sid: "s" },
      },
      expect: refused.idToken,
    },
    {
      name: "client assertion of the API's client",
      make: {
        header: { typ: "JWT" },
        claims: { iss: "orders-api", sub: "orders-api", scope: undefined, client_id: undefined },
      },
      expect: refused.issuer,
    },
  ],
  harmless: [
    { name: "typ application/at+jwt", make: { header: { typ: "application/at+jwt" } } },
    { name: "typ AT+JWT", make: { header: { typ: "AT+JWT" } } },
    { name: "typ JWT", make: { header: { typ: "JWT" } } },
    { name: "no typ", make: { header: { typ: undefined } } },
    { name: "a nonce in an access token", make: { claims: { nonce: "n-0S6_WzA2Mj" } } },
    { name: "access token of Keycloak", make: { header: { typ: "JWT" }, claims: { typ: "Bearer" } } },
    { name: "access token of Cognito", make: { header: { typ: undefined }, claims: { token_use: "access" } } },
  ],
};

/** What RFC 9068 section 2.2 asks for, where the API asks for it. */
const required = (name: string): HostileCase => ({
  name: `no ${name}`,
  make: { claims: { [name]: undefined } },
  expect: refused.claims,
});

export const profiled: Theme = {
  name: "RFC 9068",
  inbound: () => ({ profile: "rfc9068" }),
  cases: [
    ...["JWT", "application/jwt", "at-jwt", "at+jwt ", "", undefined].map(typed),
    ...["sub", "client_id", "iat", "jti", "exp"].map(required),
    { name: "no iss", make: { claims: { iss: undefined } }, expect: refused.issuer },
    { name: "no aud", make: { claims: { aud: undefined } }, expect: refused.audience },
  ],
  harmless: [{ name: "typ application/at+jwt", make: { header: { typ: "application/at+jwt" } } }],
};
