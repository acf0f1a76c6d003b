import { Readable } from "node:stream";
import { RequestRefusedError } from "../../errors/request-refused-error.ts";
import type { DpopProver, Proof } from "../../oauth/dpop.ts";
import { type TokenBinding, unbound } from "../../tokens/token-binding.ts";
import { HeldToken } from "../../tokens/token-entry.ts";
import type { BaseAddress } from "../../transport/base-address.ts";
import { hasHeader } from "../../transport/check-headers.ts";
import type { AttemptBounds } from "../../transport/resilience.ts";
import type { WireAnswer, WireRequest } from "../../transport/wire.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import { isIdempotent } from "../../values/idempotent-methods.ts";
import { asksForNonce, readNonce } from "./asks-for-nonce.ts";
import type { HttpClientParts } from "./http-client-parts.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { proveInTime } from "./prove-in-time.ts";
import type { BodyContent } from "./request-body.ts";
import { translateTransportError } from "./translate-transport-error.ts";

/** A client's attempt to have a request answered; its bounds tell what it may take in all. */
export interface Attempt extends AttemptBounds {
  readonly parts: HttpClientParts;
  readonly base: BaseAddress;
  readonly request: PreparedRequest;
  /** When it began, on the monotonic clock; `undefined` for when the call had its token. */
  readonly startedAt: number | undefined;
  /** The token that goes with it: another one, after the backend refused it. */
  readonly token: ActorToken | undefined;
}

/** What is left of the time of an attempt that was sent before, in milliseconds. */
export function toLeftMs({ timeoutMs, startedAt, request }: Attempt): number {
  const spentMs = startedAt === undefined ? request.observation.sinceTokenMs() : performance.now() - startedAt;
  return Math.max(1, timeoutMs - spentMs);
}

/** Sends the request to a path, from the root of the origin. A token that is bound to a key goes with a proof. */
export function sendProven(attempt: Attempt, path: string): Promise<WireAnswer> {
  const { token } = attempt;
  const prover = bindingOf(attempt).dpop;
  return prover && token ? prove(attempt, path, { prover, token }) : sendOnce(attempt, path, attempt);
}

interface BoundToken {
  readonly prover: DpopProver;
  readonly token: ActorToken;
}

/** A nonce that the backend asks for is used at once, once. */
async function prove(attempt: Attempt, path: string, { prover, token }: BoundToken): Promise<WireAnswer> {
  const { request, cancellations } = attempt;
  const { origin } = attempt.base;
  // Not `new URL(path, origin)`: a path that begins with two slashes would name another host.
  const url = new URL(`${origin}${path}`);
  const sendWithProof = async (timeoutMs: number): Promise<{ answer: WireAnswer; proof: Proof }> => {
    const startedAt = performance.now();
    const proven = { method: request.method, url, token };
    const proof = await proveInTime(prover, proven, { timeoutMs, cancellations });
    const provenAt = performance.now();
    const left = Math.max(1, timeoutMs - (provenAt - startedAt));
    const answer = await sendOnce(attempt, path, { timeoutMs: left, proof: proof.jwt, provenAt });
    prover.keepNonce(origin, readNonce(answer.headers));
    return { answer, proof };
  };
  const first = await sendWithProof(attempt.timeoutMs);
  if (!asksForNonce(first.answer, first.proof) || !request.body.replayable) return first.answer;
  request.observation.resending("nonce");
  return (await sendWithProof(toLeftMs(attempt))).answer;
}

/** A token may have come by another service's call, and the connection is this service's own; what the token is bound to wins. */
function bindingOf({ parts: { binding = unbound }, token }: Attempt): TokenBinding {
  const bound = token instanceof HeldToken ? token.entry.binding : binding;
  if (bound === binding) return binding;
  return bound.certificateThumbprint === binding.certificateThumbprint ? { ...binding, dpop: bound.dpop } : bound;
}

/** What one sending may take, and how its token is shown. */
interface Showing {
  readonly timeoutMs: number;
  /** The proof that the token is shown with; without one it goes as a bearer token. */
  readonly proof?: string;
  /** When that was made, on the monotonic clock: the time that is left of a request runs from then. */
  readonly provenAt?: number;
}

function sendOnce(attempt: Attempt, path: string, showing: Showing): Promise<WireAnswer> {
  const { parts, request, base, token, cancellations } = attempt;
  const { method, settings, body, observation } = request;
  const sentAt = observation.sent(token);
  const opened = body.open ? body.open() : body;
  const wire: WireRequest = {
    origin: base.origin,
    path,
    method,
    headers: toHeaders(attempt, showing, opened),
    body: opened.content ?? null,
    timeoutMs: showing.timeoutMs,
    sentAt: showing.provenAt ?? attempt.startedAt ?? sentAt,
    timesAnswer: parts.diagnostics.wants("behalf:call", false),
    maxBytes: settings.maxResponseBytes,
    streams: request.streams,
    identity: bindingOf(attempt).backendIdentity,
    connections: settings.connections,
    replayable: body.replayable && !body.open && isIdempotent(method),
    translate: request.streams ? (error) => translateTransportError(error, request.place) : undefined,
    cancellations,
  };
  return opened.content instanceof Readable ? sendStream(attempt, wire, opened.content) : parts.transport.send(wire);
}

/** Why a body cannot be sent is told rather than that it broke off. */
async function sendStream({ parts }: Attempt, wire: WireRequest, body: Readable): Promise<WireAnswer> {
  try {
    return await parts.transport.send(wire);
  } catch (error) {
    const { errored } = body;
    body.destroy();
    throw errored instanceof RequestRefusedError ? errored : error;
  }
}

/** Nine digits are what is believed of a caller, too. */
const mostToldMs = 1e9;

const toBearer = (token: ActorToken): string =>
  token instanceof HeldToken ? token.bearer() : `Bearer ${token.value()}`;

function addMissing(headers: string[], given: readonly string[], fixed: readonly string[]): void {
  for (let index = 0; index < fixed.length; index += 2) {
    const name = fixed[index] ?? "";
    if (!hasHeader(given, name)) headers.push(name, fixed[index + 1] ?? "");
  }
}

function toHeaders({ parts, request, token }: Attempt, { proof, timeoutMs }: Showing, body: BodyContent): string[] {
  const { traceHeaders, messageId, messageIdHeader, deadlineHeader } = parts;
  const { headers: given, fixedHeaders } = request;
  const headers = messageId === undefined ? [] : [messageIdHeader, messageId];
  if (token) headers.push("authorization", proof === undefined ? toBearer(token) : `DPoP ${token.value()}`);
  if (proof !== undefined) headers.push("dpop", proof);
  if (deadlineHeader !== undefined && timeoutMs < mostToldMs)
    headers.push(deadlineHeader, String(Math.ceil(timeoutMs)));
  if (!hasHeader(given, "traceparent")) for (const part of traceHeaders) headers.push(part);
  for (const part of given) headers.push(part);
  if (given.length === 0) for (const part of fixedHeaders) headers.push(part);
  else addMissing(headers, given, fixedHeaders);
  if (body.length !== undefined) headers.push("content-length", String(body.length));
  if (body.contentType !== undefined && !hasHeader(given, "content-type"))
    headers.push("content-type", body.contentType);
  return headers;
}
