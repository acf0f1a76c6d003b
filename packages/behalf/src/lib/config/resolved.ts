import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import type { BareCaller } from "../values/caller.ts";
import type { PathPart } from "../values/path-template.ts";
import type { Secret } from "../values/secret.ts";
import type { AuthNode } from "./auth-node.ts";
import type { RequestHook, ResponseHook } from "./call-hooks.ts";
import type { ConfigDelegate } from "./config-delegate.ts";
import type { HttpMethod, TenantContext } from "./options.ts";
import type { ResolvedInbound } from "./resolved-inbound.ts";
import type { SourceMap } from "./tree.ts";

/** An endpoint, ready for use. */
export interface ResolvedEndpoint {
  readonly name: string;
  readonly auth: AuthNode;
  readonly path: readonly PathPart[];
  /** The methods that may be used; `undefined` for all. */
  readonly methods: ReadonlySet<HttpMethod> | undefined;
}

/** An endpoint or a service that cannot be used, and why. */
export interface Invalid {
  readonly name: string;
  readonly configPath: string;
  readonly problems: readonly [ConfigurationProblem, ...ConfigurationProblem[]];
}

/** A service, ready for use; single endpoints of it may be invalid. */
export interface ResolvedService {
  readonly name: string;
  readonly auth: AuthNode;
  readonly origin: string;
  /** What stands before the endpoints' paths: `""` or `/v1`. */
  readonly basePath: string;
  readonly endpoints: ReadonlyMap<string, ResolvedEndpoint | Invalid>;
  /** Who is told of each request, in this order: those of all services first. */
  readonly onRequest: readonly RequestHook[];
  /** Who is told of each answer, in this order: those of all services first. */
  readonly onResponse: readonly ResponseHook[];
}

/** A key that sealed texts are encrypted with. */
export interface ResolvedEncryptionKey {
  readonly id: string;
  /** 32 bytes, base64 or base64url. */
  readonly key: Secret;
}

/** The configuration after all sources were read, checked and inherited. Frozen. */
export interface ResolvedConfiguration {
  readonly name: string;
  readonly authority: URL;
  readonly insecureRequestsAllowed: boolean;
  readonly root: AuthNode;
  /** What every service inherits from. */
  readonly defaults: AuthNode;
  readonly inbound: ResolvedInbound | undefined;
  readonly services: ReadonlyMap<string, ResolvedService | Invalid>;
  /** Hosts beside the authorities' that configured token endpoints may have, in lower case. */
  readonly trustedHosts: readonly string[];
  /** The names of the tenants that are configured. */
  readonly tenants: readonly string[];
  /** Chooses the tenant of a call that names none. */
  readonly tenant: ((context: TenantContext) => string | undefined) | undefined;
  readonly isSystemCaller: ((caller: BareCaller) => boolean) | undefined;
  readonly configDelegate: ConfigDelegate | undefined;
  /** The first seals, all open; none where nothing is sealed. */
  readonly encryptionKeys: readonly ResolvedEncryptionKey[];
  readonly messageIdHeader: string;
  /** The header that carries what is left of the time of a request, in lower case; `undefined` for none. */
  readonly deadlineHeader: string | undefined;
  readonly serverTiming: boolean;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly problems: readonly ConfigurationProblem[];
  /** Where each value comes from, for `describe()`. */
  readonly sources: SourceMap;
}

/** Tells an invalid service or endpoint from a usable one. */
export function isInvalid(candidate: object): candidate is Invalid {
  return "problems" in candidate;
}
