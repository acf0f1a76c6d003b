import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import type { Resource } from "../settings/resource.ts";
import { toScopes } from "./to-list.ts";

/** What decides on the scopes of a token. */
export interface ScopeRequest {
  readonly client: Client;
  readonly target: Resource;
  /** The `scope` parameter. */
  readonly asked: unknown;
}

/** Gives the scopes of a token: those asked for, if target and client allow all of them; by default the target's. */
export function chooseScopes({ library }: ServerParts, { client, target, asked }: ScopeRequest): readonly string[] {
  const scopes = toScopes(asked);
  if (scopes.length === 0) return target.defaultScopes.filter((scope) => client.scopes.includes(scope));

  const refused = scopes.find((scope) => !target.scopes.includes(scope) || !client.scopes.includes(scope));
  if (refused !== undefined) throw new library.errors.InvalidScope("a scope is not available for this target", refused);
  return scopes;
}
