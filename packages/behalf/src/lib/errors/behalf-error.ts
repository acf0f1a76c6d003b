/** Every stable error code. A code is never reused and never moves to another class. */
export type BehalfErrorCode =
  | "BEHALF_CONFIG_INVALID"
  | "BEHALF_TOKEN_REFUSED"
  | "BEHALF_TOKEN_UNREACHABLE"
  | "BEHALF_TOKEN_TIMEOUT"
  | "BEHALF_TOKEN_UNREADABLE"
  | "BEHALF_TOKEN_DEVIATES"
  | "BEHALF_REFRESH_TOKEN_LOST"
  | "BEHALF_SHARED_STORE_AWAY"
  | "BEHALF_CALLER_TOKEN_MISSING"
  | "BEHALF_CALLER_TOKEN_INVALID"
  | "BEHALF_CALLER_TOKEN_EXPIRED"
  | "BEHALF_CALLER_SCOPE_MISSING"
  | "BEHALF_CALLER_REQUEST_INVALID"
  | "BEHALF_CALLER_PROOF_INVALID"
  | "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT"
  | "BEHALF_CALLER_FORBIDDEN"
  | "BEHALF_CONTEXT_MISSING"
  | "BEHALF_CAPABILITY_REFUSED"
  | "BEHALF_REQUEST_REFUSED"
  | "BEHALF_BACKEND_ERROR"
  | "BEHALF_BACKEND_REDIRECT"
  | "BEHALF_BACKEND_UNREADABLE"
  | "BEHALF_BACKEND_UNREACHABLE"
  | "BEHALF_BACKEND_TIMEOUT"
  | "BEHALF_BACKEND_BREAKER_OPEN"
  | "BEHALF_BACKEND_OVERLOADED";

/** Base of every error that this package makes. */
export abstract class BehalfError extends Error {
  /** What happened, for a program to switch over. */
  abstract readonly code: BehalfErrorCode;

  /** Tells an error of this package from any other, also across two installed copies. */
  static is(value: unknown): value is BehalfError {
    return value instanceof Error && "code" in value && String(value.code).startsWith("BEHALF_");
  }
}
