import type { ServerFetch, ServerRequest } from "../../../index.ts";
import type { Answer, SentAnswer } from "./answer.ts";
import type { ReceivedRequest } from "./as-request.ts";
import type { Desk } from "./desk.ts";

/** What requests without a socket are answered by. */
export interface InMemorySurroundings {
  readonly desk: Desk;
  /** The origins of the server. */
  readonly origins: readonly string[];
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

const mostBytes = 1024 * 1024;
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** The error of the standard `fetch` when the network fails. `sent` tells whether the server may have got the request. */
function networkError(code: "ECONNREFUSED" | "ECONNRESET"): TypeError {
  const cause = Object.assign(new Error(`The scripted authorization server: ${code}`), { code });
  return Object.assign(new TypeError("fetch failed", { cause }), { code, sent: code === "ECONNRESET" });
}

function toReceived(url: URL, { method, headers: given, body }: ServerRequest): ReceivedRequest {
  const headers = new Headers(given);
  if (body instanceof URLSearchParams && !headers.has("content-type")) {
    headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
  }
  return {
    url,
    method,
    headers: Object.fromEntries(headers),
    rawHeaders: [...headers].flat(),
    body: body?.toString() ?? "",
  };
}

function toResponse({ status, headers, body }: SentAnswer): Response {
  // As bytes: a text would bring a content type of its own.
  const bytes = Buffer.from(body);
  if (bytes.byteLength > mostBytes) throw new RangeError("The answer is too large.");
  // A status beyond 599 counts as 500 (RFC 9110 section 15).
  return new Response(withoutBody.has(status) ? null : bytes, { status: status > 599 ? 500 : status, headers });
}

/** Turns an answer into what `fetch` makes of it. An answer that never ends is waited for. */
function arrive(answer: Answer): Response | Promise<never> {
  if (answer.kind === "send") return toResponse(answer);
  if (answer.kind === "drop" || answer.kind === "close") throw networkError("ECONNRESET");
  return new Promise(() => {});
}

interface Patience {
  readonly signal: AbortSignal | null | undefined;
  readonly closing: AbortSignal;
  readonly timeoutMs: number;
}

/** Waits for work until the signal aborts, the server closes or the time is over. */
async function waitFor<value>(work: Promise<value>, { signal, closing, timeoutMs }: Patience): Promise<value> {
  let giveUp = (_reason: unknown): void => {};
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = reject;
  });
  const leave = (): void => giveUp(signal?.reason);
  const lose = (): void => giveUp(networkError("ECONNRESET"));
  const expire = (): void => giveUp(new DOMException("The authorization server took too long", "TimeoutError"));
  const timer = setTimeout(expire, timeoutMs);
  signal?.addEventListener("abort", leave);
  closing.addEventListener("abort", lose);
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
    closing.removeEventListener("abort", lose);
  }
}

/**
 * Makes a `fetch` that takes requests to the server without any socket.
 *
 * It does as Behalf's own connections do: answers are read whole, up to 1 MiB; no redirect is followed.
 */
export function createInMemoryFetch(surroundings: InMemorySurroundings): ServerFetch {
  const { desk, origins, timeoutMs, closing } = surroundings;

  return async (address, asked) => {
    const url = new URL(address);
    const { signal } = asked;
    signal?.throwIfAborted();
    if (closing.aborted || !origins.includes(url.origin)) throw networkError("ECONNREFUSED");
    const received = toReceived(url, asked);
    if (Buffer.byteLength(received.body) > mostBytes) return new Response(null, { status: 413 });
    const request = desk.receive(received);
    const answering = desk.answer(request).then(arrive);
    try {
      return await waitFor(answering, { signal, closing, timeoutMs });
    } catch (error) {
      request.aborted = true;
      throw error;
    }
  };
}
