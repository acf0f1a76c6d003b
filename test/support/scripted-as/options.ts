import type { AssertionAudience, ScriptedClient } from "./clients.ts";
import type { DpopOptions } from "./dpop-nonces.ts";
import type { TlsOptions } from "./listen-tls.ts";
import type { SigningAlgorithm } from "./signing-keys.ts";
import type { TrustedIssuer } from "./trusted-tokens.ts";

export interface ScriptedAsOptions {
  /** Where the server reads the time. @default the machine's clock */
  readonly clock?: { readonly now: () => number };
  /** @default one client: orders-api with its secret */
  readonly clients?: readonly ScriptedClient[];
  /** Members of the metadata document to change or, when `undefined`, to leave out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The path of the issuer, like `/tenant1`. @default none */
  readonly issuerPath?: string;
  /** @default "ES256" (a new RSA key takes a tenth of a second) */
  readonly algorithm?: SigningAlgorithm;
  /** How long an issued token lives. @default 300 */
  readonly lifeSeconds?: number;
  /** Speaks HTTPS, and takes client certificates. @default plain HTTP */
  readonly tls?: TlsOptions;
  /** What client assertions may name as their audience, where the client does not say. @default ["issuer"] */
  readonly assertionAudiences?: readonly AssertionAudience[];
  /** Whose assertions and subject tokens are taken beside the server's own. @default nobody's */
  readonly trustedIssuers?: readonly TrustedIssuer[];
  readonly dpop?: DpopOptions;
  /** Signs what introspection answers (RFC 9701), whatever the request accepts. @default false */
  readonly signsIntrospection?: boolean;
  /** Signs what userinfo answers. @default false */
  readonly signsUserInfo?: boolean;
  /** Whether refresh tokens give way to new ones, where `issueRefreshToken` does not say. @default true */
  readonly rotatesRefreshTokens?: boolean;
}
