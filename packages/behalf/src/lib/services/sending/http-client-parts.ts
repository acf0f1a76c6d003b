import type { CallHookLists } from "../../config/call-hook-lists.ts";
import type { ContextStorage } from "../../context/context-storage.ts";
import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { Awaitable } from "../../outcome/outcome-promise.ts";
import type { TokenBinding } from "../../tokens/token-binding.ts";
import type { ReservedHeaders } from "../../transport/check-headers.ts";
import type { Resilience } from "../../transport/resilience.ts";
import type { Transport } from "../../transport/transport.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { CallSettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import type { Now } from "../../values/clock.ts";
import type { Place } from "../place.ts";

/** Gives another token after a backend refused one; `undefined` when there is none to be had. */
export type RenewToken = (
  refused: ActorToken,
  backend: string,
  signal: AbortSignal,
) => Awaitable<ActorToken | undefined>;

/** What a client is made of. */
export interface HttpClientParts {
  readonly transport: Transport;
  /** Keeps the bulkheads and breakers of backends. */
  readonly resilience: Resilience;
  readonly diagnostics: Diagnostics;
  /** The token that goes with each request. */
  readonly token?: ActorToken | undefined;
  /** The only origins that the token may go to. @default any that the client is given as its base address */
  readonly tokenOrigins?: readonly string[] | undefined;
  /** Who this API is towards the backend, and the key that the token is bound to. @default nobody in particular */
  readonly binding?: TokenBinding | undefined;
  /** Gives another token after a backend refused this one; `undefined` when there is none to be had. */
  readonly renew?: RenewToken | undefined;
  /** The trace of the incoming request, names and values in turn; a request with a trace of its own does without. */
  readonly traceHeaders: readonly string[];
  readonly messageId?: string | undefined;
  readonly messageIdHeader: string;
  /** The header that tells backends what is left of the time, in lower case; `undefined` for none. */
  readonly deadlineHeader?: string | undefined;
  /** The headers that no program may give, because this instance sets them. */
  readonly reservedHeaders: ReservedHeaders;
  /** When the caller stops waiting, on the monotonic clock; `undefined` where it did not say. */
  readonly endsAt?: number | undefined;
  /** Whether tokens may go to `http:` beyond loopback. @default false */
  readonly insecureRequestsAllowed?: boolean | undefined;
  readonly grant: string;
  readonly place: Place;
  readonly timeoutMs: number;
  readonly settings: CallSettings;
  readonly hooks?: CallHookLists | undefined;
  /** Where hooks find the current request. @default nowhere */
  readonly context?: ContextStorage | undefined;
  readonly now: Now;
  /** What else ends its requests: the caller who hangs up. */
  readonly cancellations: readonly Cancellation[];
}
