import { type ClientAuthenticator, requirePart } from "./client-authenticator.ts";

/**
 * Encodes as form data does, but leaves the unreserved characters of RFC 3986 plain.
 *
 * RFC 6749 section 2.3.1 wants `-`, `.`, `_`, `~` encoded or not according to the form encoding; half of the servers
 * do not decode at all, so whatever can stay plain does. `!'()*` are encoded, as form data has them.
 */
function encodeForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

const toBinary = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

const encodings = { form: encodeForm, raw: toBinary } as const;

/**
 * Proves the client by id and secret in the header.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1}
 */
export const authenticateByBasic: ClientAuthenticator = ({ headers }, { credentials, dialect }) => {
  const secret = requirePart(credentials.clientSecret, "a client secret", credentials).value();
  const encode = encodings[dialect.basicEncoding];
  headers.set("authorization", `Basic ${btoa(`${encode(credentials.clientId)}:${encode(secret)}`)}`);
};

/** Proves the client by id and secret in the form. */
export const authenticateByPost: ClientAuthenticator = ({ form }, { credentials }) => {
  form.set("client_id", credentials.clientId);
  form.set("client_secret", requirePart(credentials.clientSecret, "a client secret", credentials).value());
};
