/** An API that tokens are issued for. */
export interface ResourceOptions {
  /** The `aud` of its tokens, and what a request names as `audience`. */
  readonly name: string;
  /** The scopes that it knows. */
  readonly scopes: readonly string[];
  /**
   * The scopes of a token for which none were asked.
   *
   * @default all of `scopes`
   */
  readonly defaultScopes?: readonly string[];
  /**
   * The absolute URI by which a request names it as `resource` (RFC 8707).
   *
   * @default `urn:behalf:<name>`
   */
  readonly uri?: string;
}

/** A resource with every default applied. */
export type Resource = Required<ResourceOptions>;
