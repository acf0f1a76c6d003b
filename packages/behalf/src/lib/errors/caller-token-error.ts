import { BehalfError } from "./behalf-error.ts";

/** Why a caller's token was not accepted. For the log: the caller is told the error code of RFC 6750 only. */
export type CallerTokenReason =
  | "missing"
  | "scheme"
  | "twoTokens"
  | "malformed"
  | "algorithm"
  | "signature"
  | "unknownKey"
  | "issuer"
  | "audience"
  | "expired"
  | "notYetValid"
  | "claims"
  | "scope"
  | "refusedByServer";

/** The codes of a {@link CallerTokenError}. */
export type CallerTokenErrorCode =
  | "BEHALF_CALLER_TOKEN_MISSING"
  | "BEHALF_CALLER_TOKEN_INVALID"
  | "BEHALF_CALLER_TOKEN_EXPIRED"
  | "BEHALF_CALLER_SCOPE_MISSING"
  | "BEHALF_CALLER_REQUEST_INVALID";

interface CallerTokenMeaning {
  readonly code: CallerTokenErrorCode;
  readonly message: string;
}

const invalid: CallerTokenMeaning = {
  code: "BEHALF_CALLER_TOKEN_INVALID",
  message: "The caller's access token is not valid",
};

const meanings: Partial<Record<CallerTokenReason, CallerTokenMeaning>> = {
  missing: { code: "BEHALF_CALLER_TOKEN_MISSING", message: "The caller sent no access token" },
  scheme: { code: "BEHALF_CALLER_TOKEN_MISSING", message: "The caller sent credentials that are no access token" },
  twoTokens: { code: "BEHALF_CALLER_REQUEST_INVALID", message: "The caller sent more than one access token" },
  expired: { code: "BEHALF_CALLER_TOKEN_EXPIRED", message: "The caller's access token has expired" },
  scope: { code: "BEHALF_CALLER_SCOPE_MISSING", message: "The caller's access token lacks a scope" },
};

/** The caller's token is missing, invalid, expired or too narrow. */
export class CallerTokenError extends BehalfError {
  override readonly name = "CallerTokenError";
  override readonly code: CallerTokenErrorCode;
  /** Why, in one word. */
  readonly reason: CallerTokenReason;
  /** The scopes that are needed, where that is the reason. */
  readonly neededScopes: readonly string[];

  constructor(reason: CallerTokenReason, options: { neededScopes?: readonly string[]; cause?: unknown } = {}) {
    const meaning = meanings[reason] ?? invalid;
    super(`${meaning.message} (${reason}).`, options.cause === undefined ? {} : { cause: options.cause });
    this.code = meaning.code;
    this.reason = reason;
    this.neededScopes = options.neededScopes ?? [];
  }
}
