import type { ResolvedAuthenticator, ResolvedInbound } from "../config/resolved-inbound.ts";

/** The protected resource metadata of this API (RFC 9728). */
export interface ResourceMetadata {
  /** Where it is found. */
  readonly url: string;
  /** The path of that URL, which adapters answer. */
  readonly path: string;
  readonly document: Readonly<Record<string, unknown>>;
}

const wellKnown = "/.well-known/oauth-protected-resource";

const withoutSlash = (text: string): string => text.replace(/\/$/, "");

function toIssuers({ type, issuers, auth }: ResolvedAuthenticator): readonly string[] {
  if (type === "custom" || type === "sidecar") return [];
  const named = issuers.length > 0 ? issuers : [auth.authority ?? ""];
  return named.filter((issuer) => issuer !== "" && !issuer.includes("{")).map(withoutSlash);
}

/** The well-known part stands between the host and the resource's own path (RFC 9728 section 3.1). */
function toUrl(resource: string): URL {
  const url = new URL(resource);
  url.pathname = `${wellKnown}${url.pathname === "/" ? "" : url.pathname}`;
  return url;
}

/**
 * Describes this API to clients.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9728.html#section-2}
 */
export function describeResource(
  resource: string,
  { authenticators, dpop, resourceMetadata }: ResolvedInbound,
): ResourceMetadata {
  const url = toUrl(resource);
  const told = authenticators.filter(({ byRouteOnly }) => !byRouteOnly);
  const issuers = [...new Set(told.flatMap(toIssuers))];
  const scopes = [...new Set(told.flatMap(({ requiredScopes }) => [...requiredScopes]))];
  return {
    url: url.href,
    path: url.pathname,
    document: {
      bearer_methods_supported: ["header"],
      ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
      ...(dpop ? { dpop_signing_alg_values_supported: dpop.algorithms } : {}),
      ...(dpop?.required ? { dpop_bound_access_tokens_required: true } : {}),
      ...resourceMetadata,
      ...(issuers.length > 0 ? { authorization_servers: issuers } : {}),
      resource,
    },
  };
}
