import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { isUnasked } from "../oauth/translate-error.ts";

/** What can go wrong at an authorization server. */
export type TokenError = TokenRefusedError | TokenUnreachableError;

/** Tells what went wrong at a server from what went wrong elsewhere. */
export function isTokenError(error: unknown): error is TokenError {
  return error instanceof TokenRefusedError || error instanceof TokenUnreachableError;
}

/**
 * Of whom a failure tells: of this API as a client, of the pace of its requests, of the one token that was asked for. The
 * rest tells of nothing that lasts: an answer that cannot be used, or a request that was not sent.
 */
export type FailureClass = "client" | "pace" | "key" | "passing";

const ofUs: ReadonlySet<string> = new Set(["invalid_client", "unauthorized_client"]);
const unanswered: ReadonlySet<string> = new Set(["BEHALF_TOKEN_UNREACHABLE", "BEHALF_TOKEN_TIMEOUT"]);

/** The wish to be asked later: a 429, an error code that says so, or a 503 with a time. */
const asksForTime = ({ code, status, retryAfterMs }: TokenUnreachableError): boolean =>
  code === "BEHALF_TOKEN_UNREACHABLE" &&
  status !== undefined &&
  (status < 500 || (status === 503 && retryAfterMs !== undefined));

/** Tells of whom an error tells. */
export function classifyFailure(error: unknown): FailureClass {
  if (error instanceof TokenRefusedError) return ofUs.has(error.error) ? "client" : "key";
  if (!(error instanceof TokenUnreachableError) || isUnasked(error)) return "passing";
  if (asksForTime(error)) return "pace";
  return unanswered.has(error.code) ? "key" : "passing";
}

const refusedForMs = 10_000;
const unreachableForMs = 2_000;

/** For how long a failure is the answer, in milliseconds. */
export function toLastingMs(error: unknown): number {
  if (error instanceof TokenUnreachableError) return Math.max(error.retryAfterMs ?? 0, unreachableForMs);
  return refusedForMs;
}
