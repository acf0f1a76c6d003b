/** What a token is bound to: a DPoP key or a client certificate, by the thumbprint that its `cnf` claim tells (RFC 7800). */
export type Confirmation = { readonly jkt: string } | { readonly "x5t#S256": string };

interface SharedIssueOptions {
  /** The client that the token is issued to. */
  readonly clientId: string;
  /** The `id` of the person that it is about. */
  readonly person: string;
  /**
   * The scopes, space-separated.
   *
   * @default the default scopes of the target
   */
  readonly scope?: string;
  /**
   * What the token is bound to.
   *
   * @default nothing
   */
  readonly confirmation?: Confirmation;
}

/** What an access token is to say. Its target is named by `audience` or `resource`, or else found by the scopes. */
export interface IssueAccessTokenOptions extends SharedIssueOptions {
  /** The name of the resource that it is for. */
  readonly audience?: string;
  /** The URI of the resource that it is for. */
  readonly resource?: string;
  /**
   * How long it lives: whole seconds.
   *
   * @default the `accessTokenLifetimeMs` of its target
   */
  readonly lifetimeMs?: number;
  /** Who alone may act for the person, as its `may_act` claim (RFC 8693 section 4.4). */
  readonly mayAct?: { readonly sub: string };
}

/** What a refresh token is to be good for. */
export interface IssueRefreshTokenOptions extends SharedIssueOptions {
  /** The names of the resources that its access tokens can be for; with several, each request names one as `resource`. */
  readonly audience?: string | readonly string[];
  /** The URIs of the resources that its access tokens can be for. */
  readonly resource?: string | readonly string[];
}
