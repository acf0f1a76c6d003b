import type { KoaContextWithOIDC } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import { jwtBearerGrant } from "../tokens/assertion-request.ts";
import { tokenExchangeGrant } from "../tokens/exchange-request.ts";
import { toList } from "../tokens/to-list.ts";
import type { TokenRequest, WritableTokenRequestLog } from "./token-request-log.ts";

const grantTypes = ["authorization_code", "refresh_token", "client_credentials", tokenExchangeGrant, jwtBearerGrant];

/** Creates the middleware that writes down what the token endpoint answered. */
export function recordTokenRequests(
  settings: Settings,
  log: WritableTokenRequestLog,
): (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => Promise<void> {
  return async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === "token") log.add(describeRequest(settings, ctx));
  };
}

/** Takes over no text of the request that the server does not know: a secret may stand in the wrong parameter. */
function describeRequest(settings: Settings, ctx: KoaContextWithOIDC): TokenRequest {
  const { params = {}, entities, client } = ctx.oidc;
  const issued = entities.AccessToken ?? entities.ClientCredentials;
  const asked = String(params.grant_type);
  return {
    grantType: grantTypes.includes(asked) ? asked : "unknown",
    clientId: client?.clientId,
    subject: readSubject(ctx),
    audience: toList(issued?.aud)[0] ?? readAskedAudience(settings, params),
    outcome: readOutcome(ctx.body),
    status: ctx.status,
    at: new Date(),
  };
}

function readSubject({ oidc }: KoaContextWithOIDC): string | undefined {
  const { AccessToken, ClientCredentials, Subject } = oidc.entities;
  return AccessToken?.accountId ?? ClientCredentials?.clientId ?? toList(Subject)[0];
}

function readAskedAudience({ resources }: Settings, params: Readonly<Record<string, unknown>>): string | undefined {
  const [asked] = [...toList(params.audience), ...toList(params.resource)];
  if (asked === undefined) return undefined;
  return resources.find(({ name, uri }) => name === asked || uri === asked)?.name ?? "unknown";
}

function readOutcome(body: unknown): string {
  return typeof body === "object" && body !== null && "error" in body ? String(body.error) : "issued";
}
