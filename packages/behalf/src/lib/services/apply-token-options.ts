import { reservedParameters } from "../config/reserved-parameters.ts";
import { toParameters } from "../config/to-parameters.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { CallTokenOptions } from "./call-arguments.ts";
import { DerivedAuthConfig, type DerivedSettings } from "./derived-auth-config.ts";
import type { HttpClientOptions } from "./http-client-options.ts";

/** Whether a call says nothing of its token. Each option is looked at by its name: a list of names would cost every call. */
export const saysNothing = (given: CallTokenOptions): boolean =>
  given.scope === undefined &&
  given.audience === undefined &&
  given.resource === undefined &&
  given.authorizationDetails === undefined &&
  given.extraParameters === undefined &&
  given.tenant === undefined &&
  given.forceAuthorization === undefined;

const toList = (given: CallTokenOptions["scope"]): MultiStringValue | undefined =>
  given === undefined ? undefined : MultiStringValue.from(given);

/** @throws {RequestRefusedError} for a parameter that is the protocol's own */
function readParameters({ extraParameters, authorizationDetails }: CallTokenOptions): DerivedSettings["parameters"] {
  if (!extraParameters && !authorizationDetails) return undefined;
  const reserved = Object.keys(extraParameters ?? {}).find((name) => reservedParameters.has(name.trim().toLowerCase()));
  if (reserved !== undefined) {
    throw new RequestRefusedError("parameter", reserved, "the protocol has a meaning for it: use the option for it.");
  }
  const parameters = toParameters(extraParameters, authorizationDetails);
  return parameters.length > 0 ? parameters : undefined;
}

/**
 * Applies what a call says of its token to how its client is authorized.
 *
 * @throws {RequestRefusedError} for a parameter that is the protocol's own
 */
export function applyTokenOptions(options: HttpClientOptions, given: CallTokenOptions): HttpClientOptions {
  if (saysNothing(given)) return options;
  const { tenant, forceAuthorization } = given;
  const own: DerivedSettings = {
    scope: toList(given.scope),
    audience: toList(given.audience),
    resource: toList(given.resource),
    parameters: readParameters(given),
  };
  const { authConfig } = options;
  const changed = Object.values(own).some((value) => value !== undefined);
  const derived = changed && authConfig ? options.withAuthConfig(new DerivedAuthConfig(authConfig, own)) : options;
  const forced = forceAuthorization ? derived.withForceAuthorization() : derived;
  return tenant === undefined ? forced : forced.withTenant(tenant);
}
