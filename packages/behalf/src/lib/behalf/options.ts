import type { ConfigurationOptions, ConfigurationSources } from "../config/options.ts";
import type { Logger } from "../diagnostics/logger.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import type { BackendServiceDependencies } from "../services/backend-service.ts";
import type { HttpServiceProvider } from "../services/http-service-provider.ts";
import type { HttpServiceProviderDependencies } from "../services/http-service-provider-options.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import type { Now } from "../values/clock.ts";

/**
 * The dangerous switch that lets a shared store hold what is not encrypted: `createBehalf({ …, [allowUnencryptedStore]: true })`.
 * Whoever can read the store then has the tokens of all users.
 */
export const allowUnencryptedStore: unique symbol = Symbol("behalf.allowUnencryptedStore");

/** A class that extends `BackendService`. */
export type BackendServiceClass<instance> = new (dependencies: BackendServiceDependencies) => instance;

/** What {@link createBehalf} takes: the configuration, where more of it comes from, and the parts to replace. */
export interface BehalfOptions<services, classes> extends ConfigurationOptions<services>, ConfigurationSources {
  /** @default warnings and errors to stderr, a JSON object a line */
  readonly logger?: Logger;
  /** The clock, in epoch milliseconds. @default Date.now */
  readonly now?: Now;
  /** What sends requests to the authorization server. @default connections of Behalf's own */
  readonly fetch?: ServerFetch;
  /**
   * What processes share: tokens, the markers of evictions, and proofs that were used, encrypted with the first of the
   * `encryptionKeys`. For example `createRedisStore(client)` of `behalf/redis`.
   *
   * @default each process has its own
   */
  readonly store?: SharedStore;
  /** @default false */
  readonly [allowUnencryptedStore]?: boolean;
  /**
   * Whether the current request is known in all that follows from it, through `AsyncLocalStorage`. With `false` it is known until
   * a handler first waits, and in what `behalf.context.run`, or a function by `behalf.context.snapshot`, runs after that; a call
   * made elsewhere has no caller, and is not sent for one. It spares Node.js before 24 what following every promise costs.
   *
   * @default true
   */
  readonly ambientContext?: boolean;
  /** Makes the provider of clients, to replace some of its steps. */
  readonly httpServiceProvider?: (dependencies: HttpServiceProviderDependencies) => HttpServiceProvider;
  /** The classes of services that replace some of their steps. */
  readonly serviceClasses?: { readonly [name in keyof classes]: BackendServiceClass<classes[name]> };
}
