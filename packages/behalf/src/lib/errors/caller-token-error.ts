import { BehalfError } from "./behalf-error.ts";

/** Why a caller's token was not accepted. For the log: the caller is told the error code of RFC 6750 only. */
export type CallerTokenReason =
  | "missing"
  | "scheme"
  | "twoTokens"
  | "tooManyHeaders"
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
  | "refusedByServer"
  | "tooLong"
  | "typ"
  | "critical"
  | "idToken"
  | "life"
  | "inactive"
  | "revoked"
  | "binding"
  | "proof"
  | "replay"
  | "nonce"
  | "claim"
  | "identity"
  | "authentication"
  | "assertion"
  | "notLocal";

/** The codes of a {@link CallerTokenError}. */
export type CallerTokenErrorCode =
  | "BEHALF_CALLER_TOKEN_MISSING"
  | "BEHALF_CALLER_TOKEN_INVALID"
  | "BEHALF_CALLER_TOKEN_EXPIRED"
  | "BEHALF_CALLER_SCOPE_MISSING"
  | "BEHALF_CALLER_REQUEST_INVALID"
  | "BEHALF_CALLER_PROOF_INVALID"
  | "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT"
  | "BEHALF_CALLER_FORBIDDEN";

interface CallerTokenMeaning {
  readonly code: CallerTokenErrorCode;
  readonly message: string;
}

const invalid: CallerTokenMeaning = {
  code: "BEHALF_CALLER_TOKEN_INVALID",
  message: "The caller's access token is not valid",
};

const proofInvalid: CallerTokenMeaning = {
  code: "BEHALF_CALLER_PROOF_INVALID",
  message: "The caller did not prove that it has the key of its access token",
};

const forbidden: CallerTokenMeaning = {
  code: "BEHALF_CALLER_FORBIDDEN",
  message: "The caller may not do this",
};

const meanings: Partial<Record<CallerTokenReason, CallerTokenMeaning>> = {
  missing: { code: "BEHALF_CALLER_TOKEN_MISSING", message: "The caller sent no access token" },
  scheme: { code: "BEHALF_CALLER_TOKEN_MISSING", message: "The caller sent credentials that are no access token" },
  twoTokens: { code: "BEHALF_CALLER_REQUEST_INVALID", message: "The caller sent more than one access token" },
  tooManyHeaders: { code: "BEHALF_CALLER_REQUEST_INVALID", message: "The caller sent more headers than can be seen" },
  expired: { code: "BEHALF_CALLER_TOKEN_EXPIRED", message: "The caller's access token has expired" },
  scope: { code: "BEHALF_CALLER_SCOPE_MISSING", message: "The caller's access token lacks a scope" },
  proof: proofInvalid,
  replay: proofInvalid,
  nonce: proofInvalid,
  claim: forbidden,
  identity: forbidden,
  notLocal: forbidden,
  authentication: {
    code: "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT",
    message: "The caller did not authenticate well, or recently, enough",
  },
};

/** What a caller is told of how to do better. */
export interface CallerTokenErrorFacts {
  /** The scopes that are needed. */
  readonly neededScopes?: readonly string[];
  /** The ways of authenticating that are enough (RFC 9470). */
  readonly acrValues?: readonly string[];
  /** How long ago the caller may have authenticated, in milliseconds (RFC 9470). */
  readonly maxAgeMs?: number | undefined;
  /** The scheme of what was shown. */
  readonly scheme?: CallerTokenScheme | undefined;
  readonly cause?: unknown;
}

/** How a caller shows its token (RFC 6750 section 2.1, RFC 9449 section 7.1). */
export type CallerTokenScheme = "Bearer" | "DPoP";

/** The caller's token is missing, invalid, expired or too narrow. */
export class CallerTokenError extends BehalfError {
  override readonly name = "CallerTokenError";
  override readonly code: CallerTokenErrorCode;
  /** Why, in one word. */
  readonly reason: CallerTokenReason;
  /** The scopes that are needed, where that is the reason. */
  readonly neededScopes: readonly string[];
  /** The ways of authenticating that are enough, where that is the reason. */
  readonly acrValues: readonly string[];
  /** How long ago the caller may have authenticated, in milliseconds, where that is the reason. */
  readonly maxAgeMs: number | undefined;
  /** The scheme of what was shown; `undefined` where it does not matter. */
  readonly scheme: CallerTokenScheme | undefined;

  constructor(reason: CallerTokenReason, facts: CallerTokenErrorFacts = {}) {
    const meaning = meanings[reason] ?? invalid;
    super(`${meaning.message} (${reason}).`, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = meaning.code;
    this.reason = reason;
    this.neededScopes = facts.neededScopes ?? [];
    this.acrValues = facts.acrValues ?? [];
    this.maxAgeMs = facts.maxAgeMs;
    this.scheme = facts.scheme;
  }
}
