import type { ServerParts } from "../server/server-parts.ts";
import type { Client } from "../settings/client.ts";
import type { Resource } from "../settings/resource.ts";
import { toList, toScopes } from "./to-list.ts";

/** The parameters by which a request says what the token is for. */
export interface TargetParameters {
  readonly audience?: unknown;
  readonly resource?: unknown;
  readonly scope?: unknown;
}

/**
 * Finds the one resource that a token is asked for: by `audience` (its name), by `resource` (its URI), or else by the
 * scopes, if they belong to one resource alone.
 */
export function findTarget(parts: ServerParts, client: Client, parameters: TargetParameters): Resource {
  const [target, another] = findTargets(parts, client, parameters);
  if (target !== undefined && another === undefined) return target;
  throw new parts.library.errors.InvalidTarget("a token is issued for one target alone");
}

/** Finds every resource that a token is asked for, one at least, each once. */
export function findTargets(parts: ServerParts, client: Client, parameters: TargetParameters): readonly Resource[] {
  const { InvalidTarget } = parts.library.errors;
  const targets = new Set(namedTargets(parts, parameters) ?? scopedTargets(parts, parameters));
  if (targets.size === 0) throw new InvalidTarget('name the target: "audience", "resource" or its scopes');
  for (const { name } of targets) {
    if (!client.audiences.includes(name)) throw new InvalidTarget("the client may not ask tokens for this target");
  }
  return [...targets];
}

function namedTargets({ library, settings }: ServerParts, parameters: TargetParameters): Resource[] | undefined {
  const find = (key: "name" | "uri") => (value: string) => settings.resources.find((known) => known[key] === value);
  const found = [...toList(parameters.audience).map(find("name")), ...toList(parameters.resource).map(find("uri"))];
  if (found.length === 0) return undefined;
  const known = found.filter((resource) => resource !== undefined);
  if (known.length < found.length) throw new library.errors.InvalidTarget("the target is not known here");
  return known;
}

function scopedTargets({ settings }: ServerParts, { scope }: TargetParameters): readonly Resource[] {
  const scopes = toScopes(scope);
  return settings.resources.filter((resource) => scopes.some((asked) => resource.scopes.includes(asked)));
}
