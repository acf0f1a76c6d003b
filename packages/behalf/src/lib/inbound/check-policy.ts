import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { Caller } from "../values/caller.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { toProgramError } from "./call-program.ts";
import type { ClaimRule, RoutePolicy } from "./route-policy.ts";

/** A route's policy, read once. */
export interface Guard {
  /**
   * Makes sure that the caller may use the route. It runs on every request.
   *
   * @throws {CallerTokenError} `scope`, `claim`, `identity` or `authentication`
   */
  check(caller: Caller, at: number): void;
}

/** What every object has is no claim. */
const readOwn = (claims: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

function ask(rule: (value: unknown) => boolean, name: string, value: unknown): boolean {
  try {
    return rule(value) === true;
  } catch (error) {
    throw toProgramError(`policy.claims.${name}`, error);
  }
}

function fits(name: string, value: unknown, rule: ClaimRule): boolean {
  if (typeof rule === "function") return ask(rule, name, value);
  const accepted: readonly unknown[] = Array.isArray(rule) ? rule : [rule];
  const held: readonly unknown[] = Array.isArray(value) ? value : [value];
  return held.some((item) => accepted.includes(item));
}

const toleranceMs = 5_000;

/** A person who signed in too long ago, or did not say when, signs in again (RFC 9470 section 4). */
function isRecent({ auth_time: authTime }: Readonly<Record<string, unknown>>, maxAgeMs: number, at: number): boolean {
  if (typeof authTime !== "number") return false;
  const age = at - authTime * 1000;
  return age <= maxAgeMs && age >= -toleranceMs;
}

/** Reads a policy; `undefined` when it asks for nothing. */
export function createGuard({ scopes, claims = {}, acrValues, maxAgeMs, identity }: RoutePolicy): Guard | undefined {
  const neededScopes = [...MultiStringValue.from(scopes)];
  const acr = [...MultiStringValue.from(acrValues)];
  const rules = Object.entries(claims);
  const asksForMore = acr.length > 0 || maxAgeMs !== undefined;
  if (neededScopes.length + rules.length === 0 && !asksForMore && identity === undefined) return undefined;

  const authenticatedWell = (caller: Caller, at: number): boolean =>
    (acr.length === 0 || acr.some((value) => value === caller.claims.acr)) &&
    (maxAgeMs === undefined || isRecent(caller.claims, maxAgeMs, at));

  return {
    check(caller, at) {
      const { principal } = caller;
      if (!neededScopes.every((scope) => principal.scopes.has(scope)))
        throw new CallerTokenError("scope", { neededScopes });
      if (identity !== undefined && principal.isSystem !== (identity === "system"))
        throw new CallerTokenError("identity");
      if (!rules.every(([name, rule]) => fits(name, readOwn(principal.claims, name), rule)))
        throw new CallerTokenError("claim");
      if (!authenticatedWell(caller, at)) throw new CallerTokenError("authentication", { acrValues: acr, maxAgeMs });
    },
  };
}
