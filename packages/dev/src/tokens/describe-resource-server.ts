import type { ResourceServer } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import type { Resource } from "../settings/resource.ts";

/** Says how tokens for a resource are made; their audience is the resource's name. */
export function describeResourceServer(settings: Settings, resource: Resource): ResourceServer {
  const { name, scopes, tokenFormat, accessTokenLifetimeMs } = resource;
  const described = { audience: name, scope: scopes.join(" "), accessTokenTTL: accessTokenLifetimeMs / 1000 };
  if (tokenFormat === "opaque") return { ...described, accessTokenFormat: "opaque" };
  return { ...described, accessTokenFormat: "jwt", jwt: { sign: { alg: settings.accessTokenAlgorithm } } };
}
