import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from "oauth4webapi";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Now } from "../values/clock.ts";
import { isProtected } from "../values/is-protected.ts";
import { readRetryAfter } from "./read-retry-after.ts";
import { retryOnce } from "./retry-once.ts";
import { readAnswer } from "./server-answer.ts";
import type { ServerConnection, ServerFetch } from "./server-connection.ts";
import { type ErrorPlace, toErrorUrl, translateError } from "./translate-error.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** What an authorization server says of itself. */
export interface ServerMetadata {
  /** As the server names itself: the authority, or the issuer template. */
  readonly issuer: string;
  /** `undefined` for a server that gives no tokens by itself, and is asked for keys or about tokens. */
  readonly tokenEndpoint: URL | undefined;
  /** Where tokens are asked for with a client certificate, if that is another place (RFC 8705 section 5). */
  readonly mtlsTokenEndpoint: URL | undefined;
  /** Where a token is asked about (RFC 7662). */
  readonly introspectionEndpoint: URL | undefined;
  /** The same with a client certificate, if that is another place. */
  readonly mtlsIntrospectionEndpoint: URL | undefined;
  /** Where it is asked who a token is of (OpenID Connect Core section 5.3). */
  readonly userinfoEndpoint: URL | undefined;
  readonly jwksUri: URL | undefined;
}

/** When a document is asked for, and until when. */
export interface DiscoverOptions {
  readonly now: Now;
  readonly signal: AbortSignal;
}

const algorithms = ["oidc", "oauth2"] as const;

const isUnavailable = (status: number): boolean => status === 429 || status >= 500;

async function requestDocument(connection: ServerConnection, signal: AbortSignal): Promise<Response> {
  const { authority, identity } = connection;
  const identified: ServerFetch = (url, request) => connection.fetch(url, { ...request, identity });
  const fetch = retryOnce(identified);
  const request = (algorithm: "oidc" | "oauth2"): Promise<Response> =>
    discoveryRequest(authority, {
      algorithm,
      [customFetch]: (url, options) => fetch(url, { ...options, body: null }),
      [allowInsecureRequests]: true,
      signal,
    });
  const [first, second] = algorithms;
  const response = await request(first);
  if (response.status < 400 || isUnavailable(response.status)) return response;
  await response.body?.cancel();
  return request(second);
}

/** Reads the document, in which the issuer must be the authority or, letter for letter, the template. */
async function readDocument(
  response: Response,
  { authority, issuerTemplate }: ServerConnection,
): Promise<AuthorizationServer> {
  const { members } = await readAnswer(response);
  if (!members) throw unusableAnswer("The metadata is no JSON object.");
  if (issuerTemplate === undefined || members.issuer !== issuerTemplate) {
    return processDiscoveryResponse(authority, Response.json(members));
  }
  const asIfNamed = Response.json({ ...members, issuer: authority.href });
  return { ...(await processDiscoveryResponse(authority, asIfNamed)), issuer: issuerTemplate };
}

function readEndpoint(
  value: string | undefined,
  { authority, insecureRequestsAllowed }: ServerConnection,
): URL | undefined {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const secure =
    url?.protocol === "https:" ||
    (authority.protocol === "http:" && url !== undefined && isProtected(url, insecureRequestsAllowed));
  if (!url || !secure) throw unusableAnswer("The metadata names an endpoint that is less protected than the issuer.");
  return url;
}

function toMetadata(document: AuthorizationServer, connection: ServerConnection): ServerMetadata {
  const read = (value: string | undefined): URL | undefined => readEndpoint(value, connection);
  const aliases = document.mtls_endpoint_aliases;
  return {
    issuer: document.issuer,
    tokenEndpoint: read(document.token_endpoint),
    mtlsTokenEndpoint: read(aliases?.token_endpoint),
    introspectionEndpoint: read(document.introspection_endpoint),
    mtlsIntrospectionEndpoint: read(aliases?.introspection_endpoint),
    userinfoEndpoint: read(document.userinfo_endpoint),
    jwksUri: read(document.jwks_uri),
  };
}

function toFailure({ status, headers }: Response, place: ErrorPlace, at: number): TokenUnreachableError {
  if (!isUnavailable(status)) return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREADABLE", status });
  const retryAfterMs = readRetryAfter(headers, at);
  return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE", status, retryAfterMs });
}

/**
 * Asks an authorization server for its metadata: OpenID Connect Discovery first, then RFC 8414.
 *
 * The issuer that it names must be the one that was asked, or the template, and its endpoints as protected as it is.
 *
 * @throws {TokenUnreachableError} when no usable document comes
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3}
 */
export async function discover(
  connection: ServerConnection,
  client: string,
  { now, signal }: DiscoverOptions,
): Promise<ServerMetadata> {
  const place = { url: toErrorUrl(connection.authority), client, service: "metadata", grant: "none" };
  try {
    const response = await requestDocument(connection, signal);
    if (response.status !== 200) throw toFailure(response, place, now());
    return toMetadata(await readDocument(response, connection), connection);
  } catch (error) {
    throw translateError(error, place);
  }
}
