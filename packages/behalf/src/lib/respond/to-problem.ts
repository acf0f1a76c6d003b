import type { AnyBehalfError } from "../errors/any-behalf-error.ts";
import type { BackendError } from "../errors/backend-error.ts";
import type { RequestRefusal } from "../errors/request-refused-error.ts";
import type { TokenRefusedError } from "../errors/token-refused-error.ts";
import type { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import { challengeAnyScheme, judgeCaller, type ProtectedResource } from "./judge-caller.ts";
import { rewriteChallenge } from "./rewrite-challenge.ts";

/** The body of an answer to our own caller (RFC 9457). It never holds an error's message. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly messageId?: string;
}

/** An answer to our own caller. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** What is known of the request that failed. */
export interface ProblemContext {
  readonly messageId?: string | undefined;
  /** What challenges say of this API: `behalf.inbound.protectedResource`. @default nothing */
  readonly protectedResource?: ProtectedResource | undefined;
  /**
   * Whether a backend's error status becomes ours; otherwise it is a 502. A 401 never does: it is about our token, and
   * without a challenge it may not be sent (RFC 9110 section 15.5.2).
   *
   * @default false
   */
  readonly passBackendStatus?: boolean | undefined;
}

interface Verdict {
  readonly status: number;
  readonly challenge?: string;
  readonly retryAfter?: string;
}

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const stepUp = new Set([
  "interaction_required",
  "login_required",
  "consent_required",
  "insufficient_user_authentication",
]);
const aboutTheSubject = new Set(["invalid_grant", "invalid_request"]);

/** As much as fits into a header of 8 KiB, which is all that many a proxy takes. */
const maxClaimsBytes = 4096;

/** A server that says which claims are missing is quoted, as Microsoft's clients expect it; else the caller signs in anew. */
function askForMore(text: string | undefined, resource: ProtectedResource): Verdict {
  const claims = Buffer.from(text ?? "");
  const parameters =
    claims.length === 0 || claims.length > maxClaimsBytes
      ? { error: "insufficient_user_authentication" }
      : { error: "insufficient_claims", claims: claims.toString("base64") };
  return { status: 401, challenge: challengeAnyScheme(parameters, resource) };
}

function judgeRefusal(refusal: TokenRefusedError, resource: ProtectedResource): Verdict {
  const { error, grant } = refusal;
  // Who asks about a token is this API: what the server then says is not about the caller.
  if (grant === "introspection") return { status: 500 };
  if (stepUp.has(error)) return askForMore(isDelegatedGrant(grant) ? refusal.claims() : undefined, resource);
  if (error === "access_denied") return { status: 403 };
  if (!isDelegatedGrant(grant) || !aboutTheSubject.has(error)) return { status: 500 };
  return { status: 401, challenge: challengeAnyScheme({ error: "invalid_token" }, resource) };
}

/** Values of paths and queries come from callers, more often than not. */
const refusalStatuses: ReadonlyMap<RequestRefusal, number> = new Map([
  ["pathParameter", 400],
  ["query", 400],
  ["closed", 503],
]);

const toSeconds = (durationMs = 1_000): string => String(Math.max(1, Math.ceil(durationMs / 1000)));

/** A server that is away may say for how long. What is wrong between it and us is not mended by waiting. */
function judgeUnreachable({ code, retryAfterMs = 2_000 }: TokenUnreachableError): Verdict {
  if (code === "BEHALF_TOKEN_DEVIATES" || code === "BEHALF_REFRESH_TOKEN_LOST") return { status: 500 };
  return { status: 503, retryAfter: toSeconds(retryAfterMs) };
}

function judgeBackend(error: BackendError, context: ProblemContext): Verdict {
  const { passBackendStatus, protectedResource = {} } = context;
  const challenge = rewriteChallenge(error, protectedResource);
  if (challenge !== undefined) return { status: error.status, challenge };
  const passed = passBackendStatus && error.code === "BEHALF_BACKEND_ERROR" && error.status !== 401;
  return { status: passed ? error.status : 502 };
}

function judge(error: AnyBehalfError, context: ProblemContext): Verdict {
  const { protectedResource = {} } = context;
  switch (error.code) {
    case "BEHALF_CALLER_TOKEN_MISSING":
    case "BEHALF_CALLER_TOKEN_INVALID":
    case "BEHALF_CALLER_TOKEN_EXPIRED":
    case "BEHALF_CALLER_SCOPE_MISSING":
    case "BEHALF_CALLER_REQUEST_INVALID":
    case "BEHALF_CALLER_PROOF_INVALID":
    case "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT":
    case "BEHALF_CALLER_FORBIDDEN":
      return judgeCaller(error, protectedResource);
    case "BEHALF_TOKEN_REFUSED":
      return judgeRefusal(error, protectedResource);
    case "BEHALF_TOKEN_UNREACHABLE":
    case "BEHALF_TOKEN_TIMEOUT":
    case "BEHALF_TOKEN_UNREADABLE":
    case "BEHALF_TOKEN_DEVIATES":
    case "BEHALF_REFRESH_TOKEN_LOST":
    case "BEHALF_SHARED_STORE_AWAY":
      return judgeUnreachable(error);
    case "BEHALF_BACKEND_ERROR":
    case "BEHALF_BACKEND_REDIRECT":
    case "BEHALF_BACKEND_UNREADABLE":
      return judgeBackend(error, context);
    case "BEHALF_BACKEND_UNREACHABLE":
      return { status: 502 };
    case "BEHALF_BACKEND_TIMEOUT":
      return { status: 504 };
    case "BEHALF_BACKEND_BREAKER_OPEN":
    case "BEHALF_BACKEND_OVERLOADED":
      return { status: 503, retryAfter: toSeconds(error.retryAfterMs) };
    case "BEHALF_REQUEST_REFUSED":
      return { status: refusalStatuses.get(error.refusal) ?? 500 };
    default:
      return { status: 500 };
  }
}

/**
 * Says what our own caller gets for an error: the status, the challenge, and a problem document with the message id.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9457.html#section-3}
 */
export function toProblem(error: AnyBehalfError, context: ProblemContext = {}): ProblemAnswer {
  const { status, challenge, retryAfter } = judge(error, context);
  const { messageId } = context;
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
      ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    },
    body: {
      type: "about:blank",
      title: titles[status] ?? "Error",
      status,
      ...(messageId === undefined ? {} : { messageId }),
    },
  };
}
