import { isByCertificate } from "../config/certificate-methods.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Now } from "../values/clock.ts";
import { attemptTokenRequest, type Unanswered } from "./attempt.ts";
import { findDeviations } from "./check-issued.ts";
import type { ServerMetadata } from "./discover.ts";
import { grants } from "./grants/grants.ts";
import { readTokenResponse } from "./read-token-response.ts";
import { repeatAttempt } from "./repeat-attempt.ts";
import type { ServerAnswer } from "./server-answer.ts";
import type { ServerConnection } from "./server-connection.ts";
import { toRefusal } from "./to-refusal.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { type ErrorPlace, toErrorUrl, translateError } from "./translate-error.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** The server that is asked, and until when. */
export interface RequestSurroundings {
  readonly connection: ServerConnection;
  readonly metadata: ServerMetadata;
  readonly now: Now;
  readonly signal: AbortSignal;
}

/** Servers that ask for a client certificate may do so at another address only (RFC 8705 section 5). */
function chooseEndpoint(request: TokenRequest, { connection, metadata }: RequestSurroundings): URL {
  const { credentials, certificateBound, service, grantType: grant } = request;
  const shown = certificateBound || isByCertificate(credentials.authentication);
  const endpoint = (shown ? metadata.mtlsTokenEndpoint : undefined) ?? metadata.tokenEndpoint;
  if (endpoint) return endpoint;
  const place = { url: toErrorUrl(connection.authority), client: credentials.clientId, service, grant };
  throw translateError(unusableAnswer("The metadata names no token endpoint."), place);
}

const spendsItsToken = ({ grantType, refreshReuse }: TokenRequest): boolean =>
  grantType === "refreshToken" && !refreshReuse;

/** A refresh token that the server got without our getting a usable answer may be spent: asking again would not tell. */
function toLost(error: unknown, place: ErrorPlace): unknown {
  if (!(error instanceof TokenUnreachableError)) return error;
  return new TokenUnreachableError({ ...place, code: "BEHALF_REFRESH_TOKEN_LOST", cause: error.cause });
}

function toFailure({ failure, sent }: Unanswered, request: TokenRequest, place: ErrorPlace): unknown {
  const error = translateError(failure, place);
  return sent && spendsItsToken(request) ? toLost(error, place) : error;
}

/** What a server answers with success it has done, whatever else it says. */
function toUnusable(error: unknown, request: TokenRequest, place: ErrorPlace & { readonly status: number }): unknown {
  const translated = translateError(error, place);
  return place.status < 300 && spendsItsToken(request) ? toLost(translated, place) : translated;
}

/** Whom a token was asked of, in the words of an error and by the name of its issuer. */
interface AskedPlace extends ErrorPlace {
  readonly issuer: string;
}

async function readIssued(
  answer: ServerAnswer,
  request: TokenRequest,
  { issuer, ...place }: AskedPlace,
): Promise<IssuedToken> {
  const answered = { ...place, status: answer.status };
  let issued: IssuedToken;
  try {
    issued = grants[request.grantType].check(await readTokenResponse(answer, request), request);
  } catch (error) {
    throw toUnusable(error, request, answered);
  }
  const deviations = findDeviations(issued, request, issuer);
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
export async function requestToken(request: TokenRequest, surroundings: RequestSurroundings): Promise<IssuedToken> {
  const { connection, metadata, now, signal } = surroundings;
  const { credentials, grantType, service, dialect } = request;
  const endpoint = chooseEndpoint(request, surroundings);
  const place = { url: toErrorUrl(endpoint), client: credentials.clientId, service, grant: grantType };
  const { issuer } = metadata;
  const server = { connection, issuer, endpoint, now, signal };
  const send = (): ReturnType<typeof attemptTokenRequest> => attemptTokenRequest(request, server);
  const attempt = await repeatAttempt(send, { repeatable: !spendsItsToken(request), signal });
  if ("failure" in attempt) throw toFailure(attempt, request, place);
  const { answer } = attempt;
  const refusal = toRefusal(answer, place, { at: now(), strictProtocol: dialect.strictProtocol });
  if (refusal) throw refusal;
  return readIssued(answer, request, { ...place, issuer });
}
