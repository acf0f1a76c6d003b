import type Provider from "oidc-provider";
import { type AccessTokenClaims, readAccessTokenClaims } from "./access-token-claims.ts";

/** Finds what a live opaque access token of this server stands for. */
export type FindOpaqueToken = (token: string) => Promise<AccessTokenClaims | undefined>;

/** Creates the look-up; the claims are those that a JWT would have had. */
export function createOpaqueTokens(provider: Provider): FindOpaqueToken {
  return async (text) => {
    const token = (await provider.AccessToken.find(text)) ?? (await provider.ClientCredentials.find(text));
    if (token === undefined || !token.isValid) return undefined;
    const subject = "accountId" in token ? token.accountId : token.clientId;
    const { clientId, exp, scope, aud, jkt, extra } = token;
    const confirmed = { ...(jkt && { jkt }), ...(token["x5t#S256"] && { "x5t#S256": token["x5t#S256"] }) };
    return readAccessTokenClaims({
      ...extra,
      iss: provider.issuer,
      client_id: clientId,
      jti: text,
      ...(subject === undefined ? {} : { sub: subject }),
      ...(aud === undefined ? {} : { aud }),
      ...(exp === undefined ? {} : { exp }),
      ...(scope === undefined ? {} : { scope }),
      ...(token.isSenderConstrained() ? { cnf: confirmed } : {}),
    });
  };
}
