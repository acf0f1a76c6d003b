import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from "oauth4webapi";
import { isProtected } from "../config/is-protected.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { retryOnce } from "./retry-once.ts";
import type { ServerConnection } from "./server-connection.ts";
import { translateError } from "./translate-error.ts";

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
  if (response.status !== 404) return response;
  await response.body?.cancel();
  return request(second);
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
  const { authority, insecureRequestsAllowed } = connection;
  const place = { url: authority.href, client, service: "metadata", grant: "none" };
  const unusable = (): TokenUnreachableError =>
    new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREADABLE" });
  const readEndpoint = (value: string | undefined): URL | undefined => {
    if (value === undefined) return undefined;
    if (!URL.canParse(value) || !isProtected(new URL(value), insecureRequestsAllowed)) throw unusable();
    return new URL(value);
  };
  try {
    const document = await processDiscoveryResponse(authority, await requestDocument(connection, signal));
    const tokenEndpoint = readEndpoint(document.token_endpoint);
    if (!tokenEndpoint) throw unusable();
    return { issuer: document.issuer, tokenEndpoint, jwksUri: readEndpoint(document.jwks_uri) };
  } catch (error) {
    const translated = translateError(error, place);
    throw translated instanceof TokenRefusedError ? unusable() : translated;
  }
}
