import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Now } from "../values/clock.ts";
import { attemptTokenRequest, type Unanswered } from "./attempt.ts";
import { findDeviations } from "./check-issued.ts";
import { isByCertificate } from "./client-authentication/authenticate-client.ts";
import type { ServerMetadata } from "./discover.ts";
import { grants } from "./grants/grants.ts";
import { readTokenResponse } from "./read-token-response.ts";
import { repeatAttempt } from "./repeat-attempt.ts";
import type { ServerAnswer } from "./server-answer.ts";
import type { ServerConnection } from "./server-connection.ts";
import { toRefusal } from "./to-refusal.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { type ErrorPlace, toErrorUrl, translateError } from "./translate-error.ts";

/** The server that is asked, and until when. */
export interface RequestSurroundings {
  readonly connection: ServerConnection;
  readonly metadata: ServerMetadata;
  readonly now: Now;
  readonly signal: AbortSignal;
}

/** Servers that ask for a client certificate may do so at another address only (RFC 8705 section 5). */
function chooseEndpoint({ credentials, certificateBound }: TokenRequest, metadata: ServerMetadata): URL {
  const shown = certificateBound || isByCertificate(credentials.authentication);
  return (shown ? metadata.mtlsTokenEndpoint : undefined) ?? metadata.tokenEndpoint;
}

/** A refresh token that the server may have got without our getting the answer may be spent: asking again would not tell. */
function toFailure({ failure, sent }: Unanswered, spendable: boolean, place: ErrorPlace): unknown {
  const error = translateError(failure, place);
  if (!sent || !spendable || !(error instanceof TokenUnreachableError)) return error;
  return new TokenUnreachableError({ ...place, code: "BEHALF_REFRESH_TOKEN_LOST", cause: error.cause });
}

async function readIssued(answer: ServerAnswer, request: TokenRequest, place: ErrorPlace): Promise<IssuedToken> {
  const answered = { ...place, status: answer.status };
  let issued: IssuedToken;
  try {
    issued = grants[request.grantType].check(await readTokenResponse(answer, request), request);
  } catch (error) {
    throw translateError(error, answered);
  }
  const deviations = findDeviations(issued, request);
  if (deviations.length === 0 || request.audienceGuard !== "fail") return { ...issued, deviations };
  throw new TokenUnreachableError({ ...answered, code: "BEHALF_TOKEN_DEVIATES", deviations });
}

/**
 * Asks the authorization server for a token, by whichever grant the request names.
 *
 * @throws {TokenRefusedError} when it says no
 * @throws {TokenUnreachableError} when it gives no usable answer
 * @throws {TypeError} when the request lacks what its grant or its client authentication needs
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-3.2}
 */
export async function requestToken(
  request: TokenRequest,
  { connection, metadata, now, signal }: RequestSurroundings,
): Promise<IssuedToken> {
  const { credentials, grantType, service, dialect } = request;
  const endpoint = chooseEndpoint(request, metadata);
  const place = { url: toErrorUrl(endpoint), client: credentials.clientId, service, grant: grantType };
  const spendable = grantType === "refreshToken" && !request.refreshReuse;
  const server = { connection, issuer: metadata.issuer, endpoint, now, signal };
  const send = (): ReturnType<typeof attemptTokenRequest> => attemptTokenRequest(request, server);
  const attempt = await repeatAttempt(send, { repeatable: !spendable, signal });
  if ("failure" in attempt) throw toFailure(attempt, spendable, place);
  const { answer } = attempt;
  const refusal = toRefusal(answer, place, { at: now(), strictProtocol: dialect.strictProtocol });
  if (refusal) throw refusal;
  return readIssued(answer, request, place);
}
