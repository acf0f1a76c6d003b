import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { repeatError } from "../oauth/repeat-error.ts";
import type { Now } from "../values/clock.ts";
import type { Errand } from "./errand.ts";
import { classifyFailure, isTokenError, type TokenError, toLastingMs } from "./failure-class.ts";
import { createFailureMemory } from "./failure-memory.ts";

/** What went wrong with single tokens, and is not tried again for a while. */
export interface KeyFailures {
  /** The failure of a token, as if it happened now; `undefined` when it may be asked for. */
  find(errand: Errand): TokenError | undefined;
  note(errand: Errand, error: unknown): void;
}

const most = 10_000;

/**
 * Creates the memory of what went wrong with single tokens: ten seconds for a refusal, two for an answer that did not come.
 * The ten thousand that were last asked for are kept.
 */
export function createKeyFailures(now: Now): KeyFailures {
  const failures = createFailureMemory<TokenError>(now, most);

  return {
    find({ key, target }) {
      const lasting = failures.find(key);
      if (!lasting) return undefined;
      const { failure, leftMs: retryAfterMs } = lasting;
      if (failure instanceof TokenUnreachableError) return repeatError(failure, { retryAfterMs });
      return repeatError(failure, { service: target.request.service });
    },
    note({ key }, error) {
      if (classifyFailure(error) !== "key" || !isTokenError(error)) return;
      failures.keep(key, error, toLastingMs(error));
    },
  };
}
