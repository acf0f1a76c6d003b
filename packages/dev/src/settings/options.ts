import type { ClientOptions } from "./client.ts";
import type { DpopOptions } from "./dpop-options.ts";
import type { Person } from "./person.ts";
import type { ResourceOptions } from "./resource.ts";
import type { TlsOptions } from "./tls-options.ts";

/** The algorithms that the server has keys for. */
export type SigningAlgorithm = "RS256" | "ES256";

/** What can be set when the server is started; every part has a default. */
export interface AuthorizationServerOptions {
  /**
   * Who can sign in.
   *
   * @default alice (Alice Archer) and bob (Bob Baker)
   */
  readonly people?: readonly Person[];
  /**
   * The clients.
   *
   * @default `orders-api`, confidential, and `orders-app`, public
   */
  readonly clients?: readonly ClientOptions[];
  /**
   * The APIs that tokens are issued for.
   *
   * @default `orders-api`, `inventory` and `pricing`
   */
  readonly resources?: readonly ResourceOptions[];
  /**
   * How long an access token lives: whole seconds, since that is what the wire can say.
   *
   * @default 600_000
   */
  readonly accessTokenLifetimeMs?: number;
  /**
   * How access tokens are signed. The server's key set holds a key for each algorithm.
   *
   * @default "RS256"
   */
  readonly accessTokenAlgorithm?: SigningAlgorithm;
  /**
   * The address to listen on, which is also the host of the issuer.
   *
   * @default "127.0.0.1"
   */
  readonly host?: string;
  /**
   * The port to listen on; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /**
   * How long a refresh token lives: whole seconds.
   *
   * @default 86_400_000
   */
  readonly refreshTokenLifetimeMs?: number;
  /**
   * Replaces a refresh token each time it is used. One that comes back after it was replaced ends its whole family
   * (RFC 9700 section 4.14.2).
   *
   * @default true
   */
  readonly rotateRefreshTokens?: boolean;
  /** How proofs of possession are treated. */
  readonly dpop?: DpopOptions;
  /**
   * Serves by https, and asks every client for a certificate, which it may do without.
   *
   * @default plain http
   */
  readonly tls?: TlsOptions;
}
