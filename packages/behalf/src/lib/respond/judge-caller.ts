import type { CallerTokenError } from "../errors/caller-token-error.ts";
import { formatChallenge } from "../values/challenge.ts";

/** What a challenge says of this API, whatever went wrong. */
export interface ProtectedResource {
  /** Where its metadata is found (RFC 9728 section 5.1). */
  readonly metadataUrl?: string | undefined;
  /** The signature algorithms of proofs, where tokens may be bound to a key (RFC 9449 section 7.1). */
  readonly dpopAlgorithms?: readonly string[] | undefined;
  /** Whether a token must be bound to a key. @default false */
  readonly dpopRequired?: boolean | undefined;
}

/** A status for the caller, with a challenge where there is one. */
export interface CallerVerdict {
  readonly status: number;
  readonly challenge?: string;
}

type Parameters = Readonly<Record<string, string | undefined>>;

const orNothing = (list: readonly string[]): string | undefined => (list.length === 0 ? undefined : list.join(" "));

/** Writes the challenge of one scheme. */
function challenge(scheme: string, parameters: Parameters, { metadataUrl, dpopAlgorithms }: ProtectedResource): string {
  const algs = scheme === "DPoP" ? orNothing(dpopAlgorithms ?? []) : undefined;
  return formatChallenge(scheme, { ...parameters, algs, resource_metadata: metadataUrl });
}

/** Writes a challenge in each scheme that the caller may use. */
export function challengeAnyScheme(parameters: Parameters, resource: ProtectedResource): string {
  const schemes = [
    ...(resource.dpopRequired ? [] : ["Bearer"]),
    ...(resource.dpopAlgorithms === undefined ? [] : ["DPoP"]),
  ];
  return schemes.map((scheme) => challenge(scheme, parameters, resource)).join(", ");
}

function toErrorParameters({ code, reason, neededScopes, acrValues, maxAgeMs }: CallerTokenError): Parameters {
  switch (code) {
    case "BEHALF_CALLER_PROOF_INVALID":
      return { error: reason === "nonce" ? "use_dpop_nonce" : "invalid_dpop_proof" };
    case "BEHALF_CALLER_SCOPE_MISSING":
      return { error: "insufficient_scope", scope: orNothing(neededScopes) };
    case "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT":
      return {
        error: "insufficient_user_authentication",
        acr_values: orNothing(acrValues),
        max_age: maxAgeMs === undefined ? undefined : String(Math.floor(maxAgeMs / 1000)),
      };
    case "BEHALF_CALLER_REQUEST_INVALID":
      return { error: "invalid_request" };
    default:
      return { error: "invalid_token" };
  }
}

const statuses: Partial<Record<CallerTokenError["code"], number>> = {
  BEHALF_CALLER_REQUEST_INVALID: 400,
  BEHALF_CALLER_SCOPE_MISSING: 403,
  BEHALF_CALLER_FORBIDDEN: 403,
};

/**
 * Says what a caller gets whose token was not accepted: the error code of the RFC and no more. The reason is for the log.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750.html#section-3}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449.html#section-7.1}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470.html#section-3}
 */
export function judgeCaller(error: CallerTokenError, resource: ProtectedResource): CallerVerdict {
  const { code, scheme } = error;
  const status = statuses[code] ?? 401;
  if (code === "BEHALF_CALLER_FORBIDDEN") return { status };
  if (code === "BEHALF_CALLER_TOKEN_MISSING") return { status, challenge: challengeAnyScheme({}, resource) };
  const parameters = toErrorParameters(error);
  if (scheme === undefined) return { status, challenge: challengeAnyScheme(parameters, resource) };
  return { status, challenge: challenge(scheme, parameters, resource) };
}
