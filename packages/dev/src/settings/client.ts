/** The grants that a confidential client can be allowed. */
export type ClientGrant = "clientCredentials" | "tokenExchange";

interface SharedClientOptions {
  readonly id: string;
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
}

/** A client with a secret, sent as `client_secret_basic` or `client_secret_post`: both are accepted. */
export interface ConfidentialClientOptions extends SharedClientOptions {
  /** Printable ASCII, any of it. */
  readonly secret: string;
  /**
   * What it may do at the token endpoint, besides the code flow.
   *
   * @default `["clientCredentials", "tokenExchange"]`
   */
  readonly grants?: readonly ClientGrant[];
  /** Where a person is sent back to; without any, the client signs nobody in. */
  readonly redirectUris?: readonly string[];
}

/** A client without a secret: signs people in by authorization code and PKCE. */
export interface PublicClientOptions extends SharedClientOptions {
  readonly secret?: never;
  readonly grants?: never;
  /** Where a person is sent back to. A loopback address (`http://127.0.0.1/callback`) stands for every port. */
  readonly redirectUris: readonly string[];
}

/** A client that the server knows. */
export type ClientOptions = ConfidentialClientOptions | PublicClientOptions;

/** A client with every default applied. */
export interface Client {
  readonly id: string;
  /** Absent for a public client. */
  readonly secret?: string;
  readonly grants: readonly ClientGrant[];
  readonly redirectUris: readonly string[];
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
}
