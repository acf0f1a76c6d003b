import { BehalfError } from "./behalf-error.ts";

/** The codes of a {@link BackendUnreachableError}. */
export type BackendUnreachableErrorCode =
  | "BEHALF_BACKEND_UNREACHABLE"
  | "BEHALF_BACKEND_TIMEOUT"
  | "BEHALF_BACKEND_BREAKER_OPEN"
  | "BEHALF_BACKEND_OVERLOADED";

/** The facts of a missing answer. */
export interface BackendSilence {
  readonly code: BackendUnreachableErrorCode;
  readonly service: string;
  readonly endpoint: string;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const meanings: Readonly<Record<BackendUnreachableErrorCode, string>> = {
  BEHALF_BACKEND_UNREACHABLE: "the backend could not be reached",
  BEHALF_BACKEND_TIMEOUT: "the backend did not answer in time",
  BEHALF_BACKEND_BREAKER_OPEN: "the backend fails too often, and is left alone for a while",
  BEHALF_BACKEND_OVERLOADED: 'more calls are under way than "bulkhead" allows',
};

/** No answer came from the backend: network or timeout. Or it was not asked: the breaker is open, or the bulkhead full. */
export class BackendUnreachableError extends BehalfError {
  override readonly name = "BackendUnreachableError";
  override readonly code: BackendUnreachableErrorCode;
  readonly service: string;
  readonly endpoint: string;
  /** After how long it makes sense to try again, in milliseconds, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(facts: BackendSilence) {
    super(
      `Service "${facts.service}", endpoint "${facts.endpoint}": ${meanings[facts.code]}.`,
      facts.cause === undefined ? {} : { cause: facts.cause },
    );
    this.code = facts.code;
    this.service = facts.service;
    this.endpoint = facts.endpoint;
    this.retryAfterMs = facts.retryAfterMs;
  }
}
