import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import type { GrantType } from "../config/grant-type.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { readCapability } from "../context/capability.ts";
import type { Scope } from "../context/scope.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import type { BareCaller } from "../values/caller.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";

/** A grant that says how, and not only that it depends. */
export type ChosenGrant = Exclude<GrantType, "automatic" | "inherited">;

/** What a grant is chosen by. */
export interface GrantChoice {
  readonly scope: Scope | undefined;
  /** Whether somebody to act on behalf of was named for this very call. */
  readonly actorNamed: boolean;
  isSystemCaller(caller: BareCaller): boolean;
}

function chooseAutomatically(authConfig: ServiceAuthConfig, { scope, isSystemCaller }: GrantChoice): ChosenGrant {
  const { delegatedGrant, anonymousAs } = authConfig.settings ?? defaultAuthSettings;
  if (!scope) throw new MissingContextError("whether a caller or this API itself acts");
  const { caller, capability } = scope;
  if (capability) return readCapability(capability).subject.caller.system ? "clientCredentials" : delegatedGrant;
  if (caller) return isSystemCaller(caller) ? "clientCredentials" : delegatedGrant;
  if (scope.request.anonymous && anonymousAs === "service") return "clientCredentials";
  throw new CallerTokenError("missing");
}

/**
 * Chooses the grant of a call: the configured one, and for `automatic` the one that fits the caller. This API acts as itself
 * where that is configured, inside `asService`, and under `automatic` for systems, or on anonymous routes if it was allowed.
 *
 * @throws {MissingContextError} outside of a request, where it depends on the caller
 * @throws {CallerTokenError} in a request without a caller, where it depends on the caller
 */
export function chooseGrant(authConfig: ServiceAuthConfig, choice: GrantChoice): ChosenGrant {
  const { grantType } = authConfig;
  const depends = grantType === "automatic";
  if (!depends && !isDelegatedGrant(grantType)) return grantType === "inherited" ? "none" : grantType;
  if (choice.actorNamed) return depends ? (authConfig.settings ?? defaultAuthSettings).delegatedGrant : grantType;
  if (choice.scope?.standing === "service") return "clientCredentials";
  return depends ? chooseAutomatically(authConfig, choice) : grantType;
}
