import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from "oauth4webapi";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { isProtected } from "../values/is-protected.ts";
import { retryOnce } from "./retry-once.ts";
import type { ServerConnection } from "./server-connection.ts";
import { translateError } from "./translate-error.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** What an authorization server says of itself. */
export interface ServerMetadata {
  readonly issuer: string;
  readonly tokenEndpoint: URL;
  readonly jwksUri: URL | undefined;
}

const algorithms = ["oidc", "oauth2"] as const;

async function requestDocument({ authority, fetch }: ServerConnection, signal: AbortSignal): Promise<Response> {
  const request = (algorithm: "oidc" | "oauth2"): Promise<Response> =>
    discoveryRequest(authority, { algorithm, [customFetch]: retryOnce(fetch), [allowInsecureRequests]: true, signal });
  const [first, second] = algorithms;
  const response = await request(first);
  if (response.status < 400 || response.status === 429 || response.status >= 500) return response;
  await response.body?.cancel();
  return request(second);
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

/**
 * Asks an authorization server for its metadata: OpenID Connect Discovery first, then RFC 8414.
 *
 * The issuer that it names must be the one that was asked, and its endpoints must be as protected as it is.
 *
 * @throws {TokenUnreachableError} when no usable document comes
 * @see {@link https://www.rfc-editor.org/rfc/rfc8414.html#section-3}
 */
export async function discover(
  connection: ServerConnection,
  client: string,
  signal: AbortSignal,
): Promise<ServerMetadata> {
  const place = { url: connection.authority.href, client, service: "metadata", grant: "none" };
  try {
    const document = await processDiscoveryResponse(connection.authority, await requestDocument(connection, signal));
    const tokenEndpoint = readEndpoint(document.token_endpoint, connection);
    if (!tokenEndpoint) throw unusableAnswer("The metadata names no token endpoint.");
    return { issuer: document.issuer, tokenEndpoint, jwksUri: readEndpoint(document.jwks_uri, connection) };
  } catch (error) {
    const translated = translateError(error, place);
    if (!(translated instanceof TokenRefusedError)) throw translated;
    throw new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREADABLE", status: translated.status });
  }
}
