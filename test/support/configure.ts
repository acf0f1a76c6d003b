import type { ConfigurationSources } from "../../packages/behalf/src/lib/config/options.ts";
import { resolveConfiguration } from "../../packages/behalf/src/lib/config/resolve-configuration.ts";
import {
  isInvalid,
  type ResolvedConfiguration,
  type ResolvedEndpoint,
  type ResolvedService,
} from "../../packages/behalf/src/lib/config/resolved.ts";
import { the } from "./the.ts";

type Members = Readonly<Record<PropertyKey, unknown>>;

/** The least configuration that holds, with the members that a test cares about. Typed loosely, as a file would be. */
export function someOptions(members: Members = {}): Parameters<typeof resolveConfiguration>[0] {
  const options = {
    authority: "https://login.example.com",
    clientId: the.clientId,
    clientSecret: the.clientSecret,
    services: { inventory: { host: "https://inventory.example.com", endpoints: { item: "/items/{sku}" } } },
    ...members,
  };
  return options as Parameters<typeof resolveConfiguration>[0];
}

/** Resolves the least configuration with some members; without an environment unless one is given. */
export function configure(members: Members = {}, sources: ConfigurationSources = {}): ResolvedConfiguration {
  return resolveConfiguration(someOptions(members), { environment: false, ...sources });
}

/** A service that a test expects to be usable. */
export function serviceOf(configuration: ResolvedConfiguration, name = "inventory"): ResolvedService {
  const service = configuration.services.get(name);
  if (!service || isInvalid(service)) throw new Error(`${name} is not usable: ${JSON.stringify(service)}`);
  return service;
}

/** An endpoint that a test expects to be usable. */
export function endpointOf(configuration: ResolvedConfiguration, name = "item"): ResolvedEndpoint {
  const endpoint = serviceOf(configuration).endpoints.get(name);
  if (!endpoint || isInvalid(endpoint)) throw new Error(`${name} is not usable: ${JSON.stringify(endpoint)}`);
  return endpoint;
}
