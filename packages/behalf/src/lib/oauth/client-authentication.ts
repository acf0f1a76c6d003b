import type { ClientAuth } from "oauth4webapi";
import type { ClientCredentials } from "./token-request.ts";

/**
 * Encodes as form data does, but leaves the unreserved characters of RFC 3986 plain.
 *
 * RFC 6749 section 2.3.1 wants `-`, `.`, `_`, `~` encoded or not according to the form encoding; half of the servers
 * do not decode at all, so whatever can stay plain does. `!'()*` are encoded, as form data has them.
 */
function encodeCredential(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** Writes the value of the `Authorization` header of `client_secret_basic` (RFC 6749 section 2.3.1). */
export function toBasicAuthorization({ clientId, clientSecret }: ClientCredentials): string {
  return `Basic ${btoa(`${encodeCredential(clientId)}:${encodeCredential(clientSecret.value())}`)}`;
}

const methods: Readonly<Record<ClientCredentials["authentication"], (credentials: ClientCredentials) => ClientAuth>> = {
  client_secret_basic:
    (credentials) =>
    (...[, , , headers]) => {
      headers.set("authorization", toBasicAuthorization(credentials));
    },
  client_secret_post:
    (credentials) =>
    (...[, , body]) => {
      body.set("client_id", credentials.clientId);
      body.set("client_secret", credentials.clientSecret.value());
    },
};

/** Gives the function that authenticates the client in a token request. */
export function createClientAuthentication(credentials: ClientCredentials): ClientAuth {
  return methods[credentials.authentication](credentials);
}
