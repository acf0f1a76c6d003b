import type { Members } from "./read-strict-json.ts";

const otherKinds: ReadonlySet<unknown> = new Set(["ID", "Refresh", "Offline", "Logout"]);

/**
 * Whether claims are those of an ID token or another token that opens no API, by what servers write: hashes (OpenID Connect
 * Core section 3.1.3.6), a nonce without any scope, events (RFC 8417), an authorization code with its state (JARM), Cognito's `token_use`, Keycloak's `typ`.
 */
export function isIdToken({
  at_hash,
  c_hash,
  s_hash,
  nonce,
  scope,
  scp,
  events,
  code,
  state,
  token_use,
  typ,
}: Members): boolean {
  return (
    at_hash !== undefined ||
    c_hash !== undefined ||
    s_hash !== undefined ||
    events !== undefined ||
    (code !== undefined && state !== undefined) ||
    (nonce !== undefined && scope === undefined && scp === undefined) ||
    token_use === "id" ||
    token_use === "refresh" ||
    otherKinds.has(typ)
  );
}
