import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { Scope } from "../context/scope.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { Logger } from "../diagnostics/logger.ts";
import type { PartyNames } from "../tokens/number-parties.ts";
import type { BaseAddress } from "../transport/base-address.ts";
import type { ReservedHeaders } from "../transport/check-headers.ts";
import type { Resilience } from "../transport/resilience.ts";
import type { Transport } from "../transport/transport.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { BareCaller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import type { DefaultGrantsDependencies } from "./default-grants-dependencies.ts";
import type { ForTenant } from "./for-tenant.ts";

/** What a provider works with; a subclass may be given other services. */
export interface HttpServiceProviderDependencies extends DefaultGrantsDependencies {
  readonly transport: Transport;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
  /** Whether tokens may go to `http:` beyond loopback. */
  readonly insecureRequestsAllowed: boolean;
  /** The header of incoming requests that carries the token, in lower case. */
  readonly authorizationHeader: string;
  /** The header that carries the message id, in lower case. */
  readonly messageIdHeader: string;
  /** The header that tells backends what is left of the time, in lower case. @default none */
  readonly deadlineHeader?: string | undefined;
  /** The headers that no program may give, because the instance sets them. */
  readonly reservedHeaders: ReservedHeaders;
  /** Keeps the bulkheads and breakers of backends. */
  readonly resilience: Resilience;
  /** Whether the program is asked for the tenant of each call. @default false */
  readonly choosesTenant?: boolean;
  /** Gives an auth configuration for the tenant of the call. */
  readonly forTenant: ForTenant;
  /** Whether a caller is a system, for `automatic`. */
  readonly isSystemCaller: (caller: BareCaller) => boolean;
  /** Whether new calls are refused, for the instance ends. */
  readonly isClosed: () => boolean;
  /** Takes note of whom a subject token stands for, which may not say so itself: evictions go by it. */
  readonly nameSubject: (token: ActorToken, names: PartyNames) => void;
  /** What stands for no service in particular: subject tokens are renewed by it. */
  readonly root: ServiceAuthConfig;
}

/** How a client or a token is wanted. */
export interface AuthenticateOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets the record of how it went. @default none */
  readonly logger?: Logger | undefined;
}

/** How a client is wanted that takes no waiting. */
export interface RecallOptions {
  /** What the client's requests stay below. */
  readonly baseAddress: BaseAddress | undefined;
  /** What the call belongs to: the present scope of the context. */
  readonly scope: Scope | undefined;
}

/** How a client is wanted. */
export interface GetClientOptions extends AuthenticateOptions {
  /** Whether the client is to hold a token; without one, nothing is asked of the authorization server. @default true */
  readonly authenticate?: boolean | undefined;
  /** What the client's requests stay below. @default none; it can be given later by `withBaseAddress` */
  readonly baseAddress?: string | URL | BaseAddress | undefined;
}

/** Gives the logger. */
export interface LoggerProvider {
  getLogger(): Logger;
}
