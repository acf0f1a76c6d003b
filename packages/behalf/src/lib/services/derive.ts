import { AuthNode } from "../config/auth-node.ts";
import type { GrantType } from "../config/grant-type.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";

/** What a call says of its authorization beside the configuration. */
export interface Deviation {
  readonly grantType: GrantType;
  readonly forceAuthorization: boolean;
}

/** Gives a configuration with another grant: the same object each time, so that its tokens are found without hashing. */
export type Derive = (authConfig: ServiceAuthConfig, deviation: Deviation) => DerivedAuthConfig;

/** What a program wrote itself may answer differently each time. */
const isFixed = (authConfig: ServiceAuthConfig): boolean =>
  authConfig instanceof AuthNode || (authConfig instanceof DerivedAuthConfig && isFixed(authConfig.origin));

/** Creates a memory of derived configurations. */
export function createDerive(): Derive {
  const derived = new WeakMap<ServiceAuthConfig, Map<GrantType, DerivedAuthConfig>>();

  return (authConfig, { grantType, forceAuthorization }) => {
    if (forceAuthorization) return new DerivedAuthConfig(authConfig, { grantType, forceAuthorization });
    if (!isFixed(authConfig)) return new DerivedAuthConfig(authConfig, { grantType });
    const ofConfig = derived.get(authConfig) ?? new Map<GrantType, DerivedAuthConfig>();
    const known = ofConfig.get(grantType) ?? new DerivedAuthConfig(authConfig, { grantType });
    derived.set(authConfig, ofConfig.set(grantType, known));
    return known;
  };
}
