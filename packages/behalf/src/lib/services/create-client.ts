import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import { findHeader } from "../context/find-header.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Scope } from "../context/scope.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { isMessageId } from "../diagnostics/message-id.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type TokenBinding, unbound } from "../tokens/token-binding.ts";
import { HeldToken } from "../tokens/token-entry.ts";
import type { BaseAddress } from "../transport/base-address.ts";
import type { ReservedHeaders } from "../transport/check-headers.ts";
import type { Resilience } from "../transport/resilience.ts";
import type { Transport } from "../transport/transport.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { defaultCallSettings } from "../values/call-settings.ts";
import type { Cancellation } from "../values/cancellation.ts";
import type { Now } from "../values/clock.ts";
import { HttpClient } from "./http-client.ts";
import type { HttpClientOptions } from "./http-client-options.ts";
import type { HttpClientParts, RenewToken } from "./sending/http-client-parts.ts";
import type { TokenMemory } from "./token-memory.ts";

/** What every client of a provider has in common. */
export interface ClientSurroundings {
  readonly context: ContextStorage;
  readonly transport: Transport;
  readonly diagnostics: Diagnostics;
  readonly resilience: Resilience;
  readonly messageIdHeader: string;
  /** The header that tells backends what is left of the time, in lower case. @default none */
  readonly deadlineHeader?: string | undefined;
  readonly reservedHeaders: ReservedHeaders;
  readonly now: Now;
  /** Whether tokens may go to `http:` beyond loopback. */
  readonly insecureRequestsAllowed: boolean;
  readonly tokenMemory: TokenMemory;
}

const defaultTimeoutMs = 30_000;
const noTrace: readonly string[] = [];
const notCancelled: readonly Cancellation[] = [];

function readTrace({ incoming: { rawHeaders } }: RequestContext): readonly string[] {
  const parent = findHeader(rawHeaders, "traceparent");
  const state = findHeader(rawHeaders, "tracestate");
  if (parent === undefined) return state === undefined ? noTrace : ["tracestate", state];
  return state === undefined ? ["traceparent", parent] : ["traceparent", parent, "tracestate", state];
}

function chooseMessageId({ messageId }: HttpClientOptions, context: RequestContext | undefined): string | undefined {
  if (messageId === undefined) return context?.messageId({ enforce: true });
  if (isMessageId(messageId)) return messageId;
  throw new RequestRefusedError(
    "header",
    "messageId",
    "a message id has 1 to 128 characters: letters, digits and .~:/+=@_-",
  );
}

/** A token that somebody else obtained is shown like our own ones; the caller's own is bound to no key of ours. */
function readBinding(authConfig: ServiceAuthConfig | undefined, { tokenMemory }: ClientSurroundings): TokenBinding {
  if (!authConfig) return unbound;
  const binding = tokenMemory.bindingOf(authConfig);
  return authConfig.grantType === "forward" ? { ...binding, dpop: undefined } : binding;
}

/** What one client is to have. */
export interface ClientEquipment {
  readonly token: ActorToken | undefined;
  /** Gives another token after a backend refused this one. */
  readonly renew: RenewToken | undefined;
  readonly baseAddress: BaseAddress | undefined;
  /** What the client's requests belong to. */
  readonly scope: Scope | undefined;
}

/** Creates a client, with or without a token. */
export function createClient(
  surroundings: ClientSurroundings,
  options: HttpClientOptions,
  { token, renew, baseAddress, scope }: ClientEquipment,
): HttpClient {
  const { transport, resilience, diagnostics, messageIdHeader, deadlineHeader, reservedHeaders, now } = surroundings;
  const context = scope?.request;
  const messageId = chooseMessageId(options, context);
  const { authConfig } = options;
  const held = token instanceof HeldToken ? token.entry : undefined;
  const parts: HttpClientParts = {
    transport: options.transport ?? transport,
    resilience,
    diagnostics,
    context: surroundings.context,
    now,
    token,
    tokenOrigins: authConfig?.grantType === "forward" ? (authConfig.settings?.forwardTo ?? []) : undefined,
    binding: readBinding(authConfig, surroundings),
    renew,
    traceHeaders: context ? readTrace(context) : noTrace,
    messageId,
    messageIdHeader,
    deadlineHeader,
    reservedHeaders,
    endsAt: context?.endsAt,
    settings: authConfig?.calls ?? defaultCallSettings,
    insecureRequestsAllowed: surroundings.insecureRequestsAllowed,
    grant: held?.grant ?? authConfig?.grantType ?? "none",
    place: { service: authConfig?.configPath ?? "-", endpoint: "-" },
    timeoutMs: defaultTimeoutMs,
    cancellations: context ? [context.hangUp] : notCancelled,
  };
  return new HttpClient(parts, baseAddress);
}
