import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import type { ContextStorage } from "../context/context-storage.ts";
import { findHeader } from "../context/find-header.ts";
import { hangUpReason, type RequestContext } from "../context/request-context.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { isMessageId } from "../diagnostics/message-id.ts";
import { RequestRefusedError } from "../errors/request-refused-error.ts";
import { type TokenBinding, unbound } from "../tokens/token-binding.ts";
import { HeldToken } from "../tokens/token-entry.ts";
import type { BaseAddress } from "../transport/base-address.ts";
import type { Transport } from "../transport/transport.ts";
import type { Cancellation } from "../transport/wire.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Now } from "../values/clock.ts";
import { HttpClient, type HttpClientParts, type RenewToken } from "./http-client.ts";
import type { HttpClientOptions } from "./http-client-options.ts";
import type { TokenMemory } from "./token-memory.ts";

/** What every client of a provider has in common. */
export interface ClientSurroundings {
  readonly transport: Transport;
  readonly diagnostics: Diagnostics;
  readonly context: ContextStorage;
  readonly messageIdHeader: string;
  readonly now: Now;
  /** Whether tokens may go to `http:` beyond loopback. */
  readonly insecureRequestsAllowed: boolean;
  readonly tokenMemory: TokenMemory;
}

/** A token, and how to get another one after a backend refused it. */
export interface ClientAuthorization {
  readonly token: ActorToken;
  readonly renew: RenewToken;
}

const traceHeaders = ["traceparent", "tracestate"] as const;
const defaultTimeoutMs = 30_000;

function readTrace(context: RequestContext | undefined): readonly string[] {
  const trace: string[] = [];
  if (!context) return trace;
  for (const name of traceHeaders) {
    const value = findHeader(context.incoming.rawHeaders, name);
    if (value !== undefined) trace.push(name, value);
  }
  return trace;
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

const hangUpOf =
  (context: RequestContext): Cancellation =>
  (abort) =>
    context.onHangUp(() => abort(hangUpReason()));

/** What one client is to have. */
export interface ClientEquipment {
  readonly authorization?: ClientAuthorization | undefined;
  readonly baseAddress?: BaseAddress | undefined;
}

/** Creates a client for the current request, with or without a token. */
export function createClient(
  surroundings: ClientSurroundings,
  options: HttpClientOptions,
  { authorization, baseAddress }: ClientEquipment,
): HttpClient {
  const { transport, diagnostics, messageIdHeader, now } = surroundings;
  const context = surroundings.context.current();
  const messageId = chooseMessageId(options, context);
  const { authConfig } = options;
  const token = authorization?.token;
  const held = token instanceof HeldToken ? token.entry : undefined;
  const parts: HttpClientParts = {
    transport: options.transport ?? transport,
    diagnostics,
    now,
    token,
    tokenOrigins: authConfig?.grantType === "forward" ? (authConfig.settings?.forwardTo ?? []) : undefined,
    binding: readBinding(authConfig, surroundings),
    renew: authorization?.renew,
    traceHeaders: readTrace(context),
    messageId,
    messageIdHeader,
    insecureRequestsAllowed: surroundings.insecureRequestsAllowed,
    grant: held?.grant ?? authConfig?.grantType ?? "none",
    place: { service: authConfig?.configPath ?? "-", endpoint: "-" },
    timeoutMs: defaultTimeoutMs,
    cancellations: context ? [hangUpOf(context)] : [],
  };
  return new HttpClient(parts, baseAddress);
}
