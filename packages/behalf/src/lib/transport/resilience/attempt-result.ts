import { TransportError } from "../transport-error.ts";
import type { WireAnswer } from "../wire.ts";

/** What an attempt gave. */
export type AttemptResult =
  | { readonly answer: WireAnswer; readonly error?: never }
  | { readonly error: unknown; readonly answer?: never };

/** What an attempt tells of the backend: that it answered, that it failed, or nothing. */
export type AttemptEnd = "answered" | "failed" | "unknown";

/** Waits for what an attempt gives; never rejects. */
export async function toResult(attempt: () => Promise<WireAnswer>): Promise<AttemptResult> {
  try {
    return { answer: await attempt() };
  } catch (error) {
    return { error };
  }
}

/** Gives the answer, or throws the error. */
export function unwrap(result: AttemptResult): WireAnswer {
  if (result.answer) return result.answer;
  throw result.error;
}

/** Whether it was not sent, because the transport ends. */
export const isClosed = ({ error }: AttemptResult): boolean =>
  error instanceof TransportError && error.failure === "closed";

/** Throws a result away: its connection is not kept waiting for somebody to read the answer. */
export function discard({ answer }: AttemptResult): void {
  answer?.stream?.destroy();
}

const toStatusEnd = (status: number): AttemptEnd => (status >= 500 ? "failed" : "answered");

/**
 * Tells what a result says of the backend. An answer that is too large or cannot be read is an answer all the same. A call that
 * was given up says nothing, nor does an error of our own.
 */
export function toEnd({ answer, error }: AttemptResult): AttemptEnd {
  if (answer) return toStatusEnd(answer.status);
  if (!(error instanceof TransportError)) return "unknown";
  if (error.failure === "unreachable" || error.failure === "timeout") return "failed";
  if (error.failure === "tooLarge" || error.failure === "unreadable") return toStatusEnd(error.status ?? 200);
  return "unknown";
}
