import type { Configuration } from "oidc-provider";

const routes = { token: "/token", introspection: "/token/introspection", revocation: "/token/revocation" } as const;

/** Names the endpoints where client certificates are asked for, if those have an origin of their own (RFC 8705 section 5). */
export function nameEndpoints(aliasUrl: string | undefined): Pick<Configuration, "routes" | "discovery"> {
  if (aliasUrl === undefined) return { routes };
  const aliases = Object.entries(routes).map(([name, path]) => [`${name}_endpoint`, `${aliasUrl}${path}`]);
  return { routes, discovery: { mtls_endpoint_aliases: Object.fromEntries(aliases) } };
}
