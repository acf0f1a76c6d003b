import type { SigningKey } from "../values/signing-key.ts";

/**
 * How this API proves to the authorization server who it is: the names of RFC 7591 section 2 and RFC 8705 section 2, and
 * `workload_identity` for a JWT that the platform issued for this program (RFC 7523 section 2.2).
 */
export type ClientAuthenticationMethod =
  | "client_secret_basic"
  | "client_secret_post"
  | "client_secret_jwt"
  | "private_key_jwt"
  | "tls_client_auth"
  | "self_signed_tls_client_auth"
  | "workload_identity"
  | "none";

/** What an authorization server deviates in, as switches. */
export interface ProtocolDialect {
  /** The `aud` of client assertions: the issuer, the token endpoint's URL, or a text of the server's own. */
  readonly assertionAudience: string;
  /** How `client_secret_basic` writes id and secret: form-encoded (RFC 6749 section 2.3.1), or as they are. */
  readonly basicEncoding: "form" | "raw";
  /** Whether `client_id` goes into the form as well, whatever the method. */
  readonly clientIdInBody: boolean;
  /** Whether what the protocol does not allow is refused; else it is tolerated where that is safe, and told. */
  readonly strictProtocol: boolean;
}

/** Where a private key comes from: one that may be replaced while the program runs. */
export interface SigningKeySource {
  /** The key now; `refused` is one that was refused, and `undefined` means that there is no other. */
  read(refused?: SigningKey): SigningKey | undefined;
}

/** How tokens are bound to a key (RFC 9449). One object for all nodes that inherit it: they share the key. */
export interface DpopSettings {
  /** The key; `undefined` when one is to be made. */
  readonly key: SigningKeySource | undefined;
}

export type { DelegatedGrant } from "../values/delegated-grant.ts";

/** What to do when a token is not what was asked for. */
export type AudienceGuard = "warn" | "fail" | "off";

/** The assertion types of workload identities. */
export type ClientAssertionType = "jwt-bearer" | "jwt-spiffe";
