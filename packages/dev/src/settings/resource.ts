/** What the access tokens for a resource look like: signed JWTs, or random texts that only the server can explain. */
export type TokenFormat = "jwt" | "opaque";

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
  /**
   * What its access tokens look like. Opaque ones are explained, by introspection, to the client of the resource's name and
   * to the one that they were issued to.
   *
   * @default "jwt"
   */
  readonly tokenFormat?: TokenFormat;
  /**
   * How long its access tokens live: whole seconds.
   *
   * @default the server's `accessTokenLifetimeMs`
   */
  readonly accessTokenLifetimeMs?: number;
  /**
   * Tells the resource a person's name and e-mail address in exchanged tokens as well, not only in those that the person
   * asked for.
   *
   * @default false
   */
  readonly tellsPerson?: boolean;
}

/** A resource with every default applied. */
export type Resource = Required<ResourceOptions>;
