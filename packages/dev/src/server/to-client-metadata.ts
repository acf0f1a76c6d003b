import type { ClientMetadata } from "oidc-provider";
import type { Client } from "../settings/client.ts";
import { tokenExchangeGrant } from "../tokens/exchange-request.ts";

/**
 * Describes a client to `oidc-provider`. Every client gets the exchange grant there: whether it may use it is for the grant
 * to say, as `unauthorized_client`.
 */
export function toClientMetadata({ id, secret, redirectUris }: Client): ClientMetadata {
  const signsPeopleIn = redirectUris.length > 0;
  return {
    client_id: id,
    client_name: id,
    application_type: redirectUris.some(isLoopback) ? "native" : "web",
    redirect_uris: [...redirectUris],
    response_types: signsPeopleIn ? ["code"] : [],
    grant_types: [
      ...(signsPeopleIn ? ["authorization_code", "refresh_token"] : []),
      ...(secret === undefined ? [] : ["client_credentials"]),
      tokenExchangeGrant,
    ],
    ...(secret === undefined
      ? { token_endpoint_auth_method: "none" }
      : { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" }),
  };
}

/** Only a native client may come back to whichever loopback port it has found free. */
function isLoopback(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  return protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
}
