import type { JWK } from "jose";

/** The grants that a client can be allowed. */
export type ClientGrant = "clientCredentials" | "tokenExchange" | "onBehalfOf" | "jwtBearer" | "refreshToken";

/** How a client proves who it is, by the names of RFC 7591 section 2 and RFC 8705 section 2. */
export type ClientAuthentication =
  | "client_secret_basic"
  | "client_secret_post"
  | "client_secret_jwt"
  | "private_key_jwt"
  | "tls_client_auth"
  | "self_signed_tls_client_auth"
  | "none";

/**
 * What a client certificate must say: one of the values of RFC 8705 section 2.1.2, where `subjectDn` stands for
 * `tls_client_auth_subject_dn`, written as in RFC 4514 (`CN=orders-api,O=Example`).
 */
export type CertificateSubject =
  | { readonly subjectDn: string }
  | { readonly sanDns: string }
  | { readonly sanUri: string }
  | { readonly sanIp: string }
  | { readonly sanEmail: string };

interface SharedClientOptions {
  readonly id: string;
  /**
   * What it may ask for at the token endpoint. The code flow, with its refresh tokens, needs `redirectUris` instead.
   *
   * @default every grant; none for a public client
   */
  readonly grants?: readonly ClientGrant[];
  /**
   * The names of the resources that it may ask tokens for.
   *
   * @default every resource
   */
  readonly audiences?: readonly string[];
  /**
   * The scopes that it may ask for.
   *
   * @default every scope of those resources
   */
  readonly scopes?: readonly string[];
  /**
   * Refuses every token request without a DPoP proof (RFC 9449 section 5.2). A proof that is sent binds the token to its
   * key in any case.
   *
   * @default false
   */
  readonly dpopBoundAccessTokens?: boolean;
  /**
   * Binds its tokens to the certificate of its TLS connection (RFC 8705 section 3), and refuses a request without one.
   * Needs the server's `tls`.
   *
   * @default false
   */
  readonly tlsClientCertificateBoundAccessTokens?: boolean;
}

interface WithoutCredential {
  readonly secret?: never;
  readonly jwks?: never;
  readonly tlsClientAuth?: never;
  readonly certificates?: never;
}

interface ConfidentialShared extends SharedClientOptions {
  /** Where a person is sent back to; without any, the client signs nobody in. */
  readonly redirectUris?: readonly string[];
}

/** A client with a secret. */
export interface ConfidentialClientOptions extends ConfidentialShared, Omit<WithoutCredential, "secret"> {
  /** Printable ASCII, any of it. */
  readonly secret: string;
  /**
   * How the secret is used. The server accepts either of `client_secret_basic` and `client_secret_post` for the other.
   *
   * @default "client_secret_basic"
   */
  readonly authentication?: "client_secret_basic" | "client_secret_post" | "client_secret_jwt";
}

/** A client with a key pair: it signs assertions (RFC 7523 section 2.2). */
export interface KeyClientOptions extends ConfidentialShared, Omit<WithoutCredential, "jwks"> {
  /** Its public keys. */
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly authentication?: "private_key_jwt";
}

/** A client with a certificate that the server's `tls.clientCa` has issued. */
export interface CertificateClientOptions extends ConfidentialShared, Omit<WithoutCredential, "tlsClientAuth"> {
  /** What the certificate must say. */
  readonly tlsClientAuth: CertificateSubject;
  readonly authentication?: "tls_client_auth";
}

/** A client with certificates that the server knows one by one, whoever issued them. */
export interface SelfSignedClientOptions extends ConfidentialShared, Omit<WithoutCredential, "certificates"> {
  /** Its certificates, each as PEM. */
  readonly certificates: readonly string[];
  readonly authentication?: "self_signed_tls_client_auth";
}

/** A client without a credential: signs people in by authorization code and PKCE. */
export interface PublicClientOptions extends SharedClientOptions, WithoutCredential {
  readonly authentication?: "none";
  /** Where a person is sent back to. A loopback address (`http://127.0.0.1/callback`) stands for every port. */
  readonly redirectUris: readonly string[];
}

/** A client that the server knows. Its one credential decides how it authenticates. */
export type ClientOptions =
  | ConfidentialClientOptions
  | KeyClientOptions
  | CertificateClientOptions
  | SelfSignedClientOptions
  | PublicClientOptions;

/** A client with every default applied. */
export interface Client {
  readonly id: string;
  readonly authentication: ClientAuthentication;
  /** Present for the methods that use a secret. */
  readonly secret?: string;
  /** Present for `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly JWK[] };
  /** Present for `tls_client_auth`. */
  readonly tlsClientAuth?: CertificateSubject;
  /** Present for `self_signed_tls_client_auth`. */
  readonly certificates?: readonly string[];
  readonly grants: readonly ClientGrant[];
  readonly redirectUris: readonly string[];
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  readonly dpopBoundAccessTokens: boolean;
  readonly tlsClientCertificateBoundAccessTokens: boolean;
}
