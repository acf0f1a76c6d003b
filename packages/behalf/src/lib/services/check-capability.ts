import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { Capability } from "../context/capability.ts";
import type { Now } from "../values/clock.ts";

const prefix = "services.";
const isBelowServices = ({ configPath }: ServiceAuthConfig): boolean => configPath.startsWith(prefix);

/** The service of a level: its own path can be that of an endpoint, and tells nothing, since names may hold dots. */
function toServiceName(authConfig: ServiceAuthConfig): string {
  const { parent, configPath } = authConfig;
  if (parent && isBelowServices(parent)) return toServiceName(parent);
  return isBelowServices(authConfig) ? configPath.slice(prefix.length) : "";
}

/**
 * Makes sure that a capability may be used for what the auth configuration stands for.
 *
 * @throws {CapabilityError} when it has ended, or is for another tenant or other services
 */
export function checkCapability(capability: Capability, authConfig: ServiceAuthConfig, now: Now): void {
  capability.check({ service: toServiceName(authConfig), tenant: authConfig.settings?.tenant, now });
}
