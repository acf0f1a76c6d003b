import { AuthNode } from "../config/auth-node.ts";
import type { TenantContext } from "../config/options.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { Scope } from "../context/scope.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";

/**
 * Gives an auth configuration for the tenant of a call: the one that is named, else the one of the capability or of the request.
 *
 * @throws {ConfigurationError} when the tenant is not known, or one is needed and none is chosen
 */
export type ForTenant = (
  authConfig: ServiceAuthConfig,
  named: string | undefined,
  scope: Scope | undefined,
) => ServiceAuthConfig;

/** Chooses the tenant of a request. */
export type ChooseTenant = (context: TenantContext) => string | undefined;

const problem = (path: string, given: string, fix: string): ConfigurationError =>
  new ConfigurationError([{ path, given, fix }]);

const unknownTenant = (): ConfigurationError =>
  problem("tenants", "no tenant of the name that was chosen", 'Configure the tenant, or correct what "tenant" gives.');

const notForTenants = (configPath: string): ConfigurationError =>
  problem(
    configPath,
    "an auth configuration of the program's own, in a call for a tenant",
    'Give it "forTenant", or "settings" that name the tenant.',
  );

const noTenant = (configPath: string): ConfigurationError =>
  problem(
    configPath === "" ? "authority" : `${configPath}.authority`,
    "a call without a tenant",
    'Choose one by the option "tenant", or name it in the call: the authority is one for each tenant.',
  );

/** Work as the service inside a request is for the tenant of the request: its caller is who the headers are of. */
function toTenantContext({ caller, request }: Scope): TenantContext {
  return {
    caller: caller ?? request.caller,
    header(name) {
      const values = request.headerValues(name.toLowerCase());
      return values.length === 1 ? values[0] : undefined;
    },
  };
}

function chooseTenant(
  named: string | undefined,
  scope: Scope | undefined,
  choose: ChooseTenant | undefined,
): string | undefined {
  if (named !== undefined || !scope) return named;
  return scope.capability ? scope.capability.tenant : choose?.(toTenantContext(scope));
}

function upon(authConfig: ServiceAuthConfig, tenant: string): ServiceAuthConfig {
  if (authConfig instanceof DerivedAuthConfig) return authConfig.upon(upon(authConfig.origin, tenant));
  if (!authConfig.forTenant) throw notForTenants(authConfig.configPath);
  const ofTenant = authConfig.forTenant(tenant);
  if (!ofTenant) throw unknownTenant();
  return ofTenant;
}

const isForNone = (authConfig: ServiceAuthConfig): boolean =>
  authConfig instanceof DerivedAuthConfig
    ? isForNone(authConfig.origin)
    : authConfig instanceof AuthNode && authConfig.tenantMissing;

/** Whether a service takes no token of any authority. The root stands for all grants, whatever its own is. */
const asksNobody = ({ grantType, parent }: ServiceAuthConfig): boolean =>
  parent !== undefined && (grantType === "none" || grantType === "forward");

/** Creates the function that finds the tenant of a call. */
export function createForTenant(choose: ChooseTenant | undefined): ForTenant {
  return (authConfig, named, scope) => {
    if (authConfig.settings?.tenant !== undefined) return authConfig;
    const tenant = chooseTenant(named, scope, choose);
    if (tenant !== undefined) return upon(authConfig, tenant);
    if (!isForNone(authConfig)) return authConfig;
    if (scope?.caller?.tenant !== undefined) return upon(authConfig, scope.caller.tenant);
    if (!asksNobody(authConfig)) throw noTenant(authConfig.configPath);
    return authConfig;
  };
}
