import type { KoaContextWithOIDC } from "oidc-provider";
import type { ServerParts } from "../server/server-parts.ts";

/**
 * Creates the answers of the introspection and revocation endpoints for access tokens that are JWTs.
 *
 * `oidc-provider` authenticates the client and then declines every JWT with `unsupported_token_type`, since it keeps no
 * record of them. This takes over at that point.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662.html#section-2.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009.html#section-2.1}
 */
export function answerStructuredTokens(
  parts: ServerParts,
): (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    await next();
    const { oidc } = ctx;
    const token = oidc?.params?.token;
    if (typeof token !== "string" || !isDeclined(ctx.body)) return;
    if (oidc.route === "introspection") await introspect(parts, ctx, token);
    if (oidc.route === "revocation") await revoke(parts, ctx, token);
  };
}

function isDeclined(body: unknown): boolean {
  return typeof body === "object" && body !== null && "error" in body && body.error === "unsupported_token_type";
}

async function introspect({ settings, issuedTokens }: ServerParts, ctx: KoaContextWithOIDC, token: string) {
  const client = settings.clients.find(({ id }) => id === ctx.oidc.client?.clientId);
  const presented = await issuedTokens.examine(token);
  ctx.status = 200;
  ctx.body =
    presented.active && client !== undefined && client.authentication !== "none"
      ? { active: true, token_type: toTokenType(presented.claims.all.cnf), ...presented.claims.all }
      : { active: false };
}

/** A token bound to a DPoP key says so; one that is bound to a certificate is a bearer token (RFC 8705 section 3.1). */
function toTokenType(confirmation: unknown): string {
  return typeof confirmation === "object" && confirmation !== null && "jkt" in confirmation ? "DPoP" : "Bearer";
}

async function revoke({ issuedTokens }: ServerParts, ctx: KoaContextWithOIDC, token: string): Promise<void> {
  const presented = await issuedTokens.examine(token);
  if (presented.active && presented.claims.clientId !== ctx.oidc.client?.clientId) {
    ctx.status = 400;
    ctx.body = { error: "invalid_request", error_description: "the token was issued to another client" };
    return;
  }
  if (presented.active) issuedTokens.revoke(presented.claims);
  ctx.status = 200;
  ctx.body = "";
}
