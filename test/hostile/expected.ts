import type { CallerTokenReason } from "../../packages/behalf/src/lib/errors/caller-token-error.ts";
import type { Expected } from "./vocabulary.ts";

const invalid = (reason: CallerTokenReason): Expected => ({
  status: 401,
  error: "invalid_token",
  reason,
  code: "BEHALF_CALLER_TOKEN_INVALID",
});

const badProof = (reason: CallerTokenReason, error = "invalid_dpop_proof"): Expected => ({
  status: 401,
  error,
  reason,
  code: "BEHALF_CALLER_PROOF_INVALID",
});

const forbidden = (reason: CallerTokenReason): Expected => ({
  status: 403,
  reason,
  code: "BEHALF_CALLER_FORBIDDEN",
});

/** The answers that the cases expect, by the internal reason. */
export const refused = {
  malformed: invalid("malformed"),
  algorithm: invalid("algorithm"),
  signature: invalid("signature"),
  unknownKey: invalid("unknownKey"),
  issuer: invalid("issuer"),
  audience: invalid("audience"),
  notYetValid: invalid("notYetValid"),
  claims: invalid("claims"),
  tooLong: invalid("tooLong"),
  typ: invalid("typ"),
  critical: invalid("critical"),
  idToken: invalid("idToken"),
  life: invalid("life"),
  inactive: invalid("inactive"),
  revoked: invalid("revoked"),
  binding: invalid("binding"),
  expired: { ...invalid("expired"), code: "BEHALF_CALLER_TOKEN_EXPIRED" },
  missing: { status: 401, error: null, reason: "missing", code: "BEHALF_CALLER_TOKEN_MISSING" },
  scheme: { status: 401, error: null, reason: "scheme", code: "BEHALF_CALLER_TOKEN_MISSING" },
  twoTokens: { status: 400, error: "invalid_request", reason: "twoTokens", code: "BEHALF_CALLER_REQUEST_INVALID" },
  proof: badProof("proof"),
  replay: badProof("replay"),
  nonce: badProof("nonce", "use_dpop_nonce"),
  scope: { status: 403, error: "insufficient_scope", reason: "scope", code: "BEHALF_CALLER_SCOPE_MISSING" },
  claim: forbidden("claim"),
  identity: forbidden("identity"),
  authentication: {
    status: 401,
    error: "insufficient_user_authentication",
    reason: "authentication",
    code: "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT",
  },
  /** What the server says cannot be used: nothing is said about the token. */
  unreadable: { status: 503, code: "BEHALF_TOKEN_UNREADABLE" },
  /** Node's HTTP parser refuses the head; neither the framework nor Behalf sees the request. */
  headTooLarge: { status: 431 },
  badRequest: { status: 400 },
} as const satisfies Readonly<Record<string, Expected>>;
