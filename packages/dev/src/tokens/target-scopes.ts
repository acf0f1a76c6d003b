import type { Resource } from "../settings/resource.ts";
import type { TargetParameters } from "./find-target.ts";
import { toScopes } from "./to-list.ts";

/** A `scope` parameter, taken apart. */
export interface TargetScopes extends TargetParameters {
  readonly scope: string;
  /** Whether a refresh token is asked for. */
  readonly offline: boolean;
}

const scopesOfSignIn = ["openid", "profile", "email", "offline_access"];

/**
 * Reads scopes as Microsoft Entra writes them: `<resource URI>/<scope>`, or `<resource URI>/.default` for whatever the
 * resource gives by default. Plain scopes are taken as they are.
 */
export function readTargetScopes(resources: readonly Resource[], parameter: unknown): TargetScopes {
  const asked = toScopes(parameter);
  const named: string[] = [];
  const scopes = asked
    .filter((scope) => !scopesOfSignIn.includes(scope))
    .map((scope) => {
      const resource = resources.find(({ uri }) => scope.startsWith(`${uri}/`));
      if (resource === undefined) return scope;
      named.push(resource.uri);
      return scope.slice(resource.uri.length + 1);
    })
    .filter((scope) => scope !== ".default");
  return {
    scope: scopes.join(" "),
    offline: asked.includes("offline_access"),
    ...(named.length === 0 ? {} : { resource: [...new Set(named)] }),
  };
}
