import type { Answered, Attempt } from "./attempt.ts";
import { asksForNonce, readNonce } from "./server-answer.ts";
import { ServerClosedError } from "./server-closed-error.ts";
import { waitShortly } from "./wait-shortly.ts";

/** When a request is sent again. */
export interface RepeatOptions {
  /** Whether the server may get the request twice. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

function wantsOtherNonce(attempt: Attempt): attempt is Answered {
  if (!("answer" in attempt) || !attempt.proof || !asksForNonce(attempt.answer)) return false;
  const nonce = readNonce(attempt.answer);
  return nonce !== undefined && nonce !== attempt.proof.nonce;
}

function isMendable(attempt: Attempt, repeatable: boolean): boolean {
  if ("answer" in attempt) return repeatable && attempt.answer.status >= 500;
  return attempt.failure instanceof TypeError && (repeatable || !attempt.sent);
}

const isKeptBack = (attempt: Attempt): boolean => "failure" in attempt && attempt.failure instanceof ServerClosedError;

/**
 * Sends a request until there is an ending to keep: once more at once where another nonce is asked for, and once more after
 * a short while where the network broke or the answer was a 5xx.
 *
 * A request that the server may not get twice is sent again only if it is certain that it did not get it.
 * Where the second sending is kept back, the first one's ending is kept: it says more.
 */
export async function repeatAttempt(
  send: () => Promise<Attempt>,
  { repeatable, signal }: RepeatOptions,
): Promise<Attempt> {
  let nonceRetries = 1;
  let retries = 1;
  let mendable: Attempt | undefined;
  for (;;) {
    const attempt = await send();
    if (mendable && isKeptBack(attempt)) return mendable;
    if (nonceRetries > 0 && wantsOtherNonce(attempt)) {
      nonceRetries -= 1;
    } else {
      if (retries === 0 || !isMendable(attempt, repeatable)) return attempt;
      retries -= 1;
      mendable = attempt;
      await waitShortly(signal);
    }
  }
}
