import type { StringList } from "../config/options.ts";
import {
  type Authenticator,
  type AuthenticatorSet,
  createAuthenticatorSet,
  pickAuthenticators,
} from "./authenticators/authenticators.ts";
import { createGuard, type Guard } from "./check-policy.ts";
import { readPolicy } from "./read-policy.ts";
import type { RoutePolicy } from "./route-policy.ts";

/** A route, as its callers are looked at. */
export interface Route {
  readonly anonymous: boolean;
  readonly authenticators: AuthenticatorSet;
  /** Whether a caller whom the authenticator of this name has accepted need not be looked at again. */
  accepts(authenticator: string): boolean;
  readonly guard: Guard | undefined;
}

/** The routes of an instance, by their policies. */
export interface Routes {
  /**
   * Reads a policy; what it says is read once for each object.
   *
   * @throws {TypeError} for a policy that cannot be read, or an authenticator that is not configured
   */
  of(policy: RoutePolicy): Route;
}

/** Creates the routes of an instance. */
export function createRoutes(all: readonly Authenticator[]): Routes {
  const routes = new WeakMap<RoutePolicy, Route>();
  const sets = new Map<string | undefined, AuthenticatorSet>();

  const toSet = (names: StringList | undefined): AuthenticatorSet => {
    const key = names === undefined ? undefined : JSON.stringify(names);
    const set = sets.get(key) ?? createAuthenticatorSet(pickAuthenticators(all, names));
    sets.set(key, set);
    return set;
  };

  return {
    of(policy) {
      const known = routes.get(policy);
      if (known) return known;
      const checked = readPolicy(policy);
      const authenticators = toSet(checked.authenticators);
      const route: Route = {
        anonymous: checked.anonymous === true,
        authenticators,
        accepts: authenticators.has,
        guard: createGuard(checked),
      };
      routes.set(policy, route);
      return route;
    },
  };
}
