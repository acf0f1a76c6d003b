import type { TokenEndpointGrantContext } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";

/** What a token is bound to: the thumbprint of a DPoP key or of a client certificate, or nothing. */
export interface SenderConstraint {
  readonly jkt?: string;
  readonly "x5t#S256"?: string;
}

/**
 * Checks the DPoP proof and the client certificate of a request, and gives what its token must be bound to.
 *
 * `oidc-provider` keeps these checks (signature, `htm`, `htu`, `iat`, nonce, replay; RFC 9449, RFC 8705) for its own grants.
 * Its client credentials grant is therefore run on the request, without the parameters, and the token that it makes is read
 * and thrown away: the rules are the library's own, and so are the answers to a proof that breaks them.
 */
export async function proveSender(
  { libraryGrant }: ServerParts,
  ctx: TokenEndpointGrantContext,
): Promise<SenderConstraint> {
  const { oidc } = ctx;
  const { params } = oidc;
  const setParams = (value: object): void => void Object.assign(oidc, { params: value });
  setParams({});
  try {
    await libraryGrant.answer(ctx);
  } finally {
    setParams(params);
  }
  const token = oidc.entities.ClientCredentials;
  Reflect.deleteProperty(oidc.entities, "ClientCredentials");
  await token?.destroy();
  return toConstraint(token ?? {});
}

function toConstraint(token: { jkt?: string | undefined; "x5t#S256"?: string | undefined }): SenderConstraint {
  return {
    ...(token.jkt === undefined ? {} : { jkt: token.jkt }),
    ...(token["x5t#S256"] === undefined ? {} : { "x5t#S256": token["x5t#S256"] }),
  };
}

/** Gives what a refresh token is bound to: a confidential client's authentication binds it already (RFC 9449 section 5). */
export function constrainRefreshToken(ctx: TokenEndpointGrantContext, constraint: SenderConstraint): SenderConstraint {
  return ctx.oidc.client.tokenEndpointAuthMethod === "none" ? constraint : {};
}
