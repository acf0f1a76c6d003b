import type { ActorToken } from "../values/actor-token.ts";

/** The token types of RFC 8693 section 3, and that of an identity assertion grant. */
export const tokenTypes = {
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  refreshToken: "urn:ietf:params:oauth:token-type:refresh_token",
  identityAssertion: "urn:ietf:params:oauth:token-type:id-jag",
} as const;

const withoutAccess: ReadonlySet<string> = new Set([tokenTypes.refreshToken, tokenTypes.identityAssertion]);

/** Whether a token of the type opens nothing at a backend: it is answered with `token_type` `N_A`. */
export function isWithoutAccess(tokenType: string | undefined): boolean {
  return tokenType !== undefined && withoutAccess.has(tokenType);
}

/**
 * Names the type of a token by what it is: an access token of this authorization server, or a JWT of another issuer.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-3}
 */
export function toTokenType(token: ActorToken, issuer: string): string {
  const named = token.isJwt ? token.issuer() : undefined;
  const foreign = named !== undefined && !isIssuer(named, issuer);
  return foreign ? tokenTypes.jwt : tokenTypes.accessToken;
}

/** Whether a claim names the issuer; a slash at the end makes no other one of it. */
export function isIssuer(named: unknown, issuer: string): boolean {
  return typeof named === "string" && withoutSlash(named) === withoutSlash(issuer);
}

const withoutSlash = (issuer: string): string => issuer.replace(/\/$/, "");
