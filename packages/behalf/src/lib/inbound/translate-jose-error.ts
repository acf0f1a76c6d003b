import { errors } from "jose";
import { CallerTokenError, type CallerTokenReason } from "../errors/caller-token-error.ts";
import { reduceCause } from "../errors/reduce-cause.ts";

const reasons: Readonly<Record<string, CallerTokenReason>> = {
  ERR_JWT_EXPIRED: "expired",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "signature",
  ERR_JOSE_ALG_NOT_ALLOWED: "algorithm",
  ERR_JWKS_NO_MATCHING_KEY: "unknownKey",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "unknownKey",
  ERR_JWS_INVALID: "malformed",
  ERR_JWT_INVALID: "malformed",
  ERR_JOSE_NOT_SUPPORTED: "malformed",
};

const claimReasons: Readonly<Record<string, CallerTokenReason>> = {
  iss: "issuer",
  aud: "audience",
  nbf: "notYetValid",
};

/** Turns a verdict on a token into our error; gives `undefined` for what is no verdict, such as unreachable keys. */
export function translateJoseError(error: unknown): CallerTokenError | undefined {
  if (!(error instanceof errors.JOSEError)) return undefined;
  const claim = error instanceof errors.JWTClaimValidationFailed ? (claimReasons[error.claim] ?? "claims") : undefined;
  const reason = claim ?? reasons[error.code];
  return reason && new CallerTokenError(reason, { cause: reduceCause(error) });
}
