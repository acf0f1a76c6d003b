import type { ResourceServer } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import type { Resource } from "../settings/resource.ts";

/** Says how tokens for a resource are made: signed JWTs whose audience is the resource's name. */
export function describeResourceServer(settings: Settings, { name, scopes }: Resource): ResourceServer {
  return {
    audience: name,
    scope: scopes.join(" "),
    accessTokenTTL: settings.accessTokenLifetimeSeconds,
    accessTokenFormat: "jwt",
    jwt: { sign: { alg: settings.accessTokenAlgorithm } },
  };
}
