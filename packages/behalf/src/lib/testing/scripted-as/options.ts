import type { AssertionAudience, ScriptedClient } from "./clients.ts";
import type { DpopOptions } from "./dpop-nonces.ts";
import type { TlsOptions } from "./listen.ts";
import type { SigningAlgorithm } from "./signing-keys.ts";
import type { TrustedIssuer } from "./trusted-tokens.ts";

/** What a scripted authorization server is made of, where it is not as usual. */
export interface AsOptions {
  /** Where the server reads the time, such as a clock of `createClock`. @default the machine's clock */
  readonly clock?: { readonly now: () => number };
  /** @default one client: `orders-api` with the secret `orders-api-secret` */
  readonly clients?: readonly ScriptedClient[];
  /** For whom `issue` makes tokens that do not say it: the API under test. @default the id of the first client */
  readonly audience?: string;
  /** Members of the metadata document to change or, when `undefined`, to leave out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The path of the issuer, like `/tenant1`. @default none */
  readonly issuerPath?: string;
  /** @default "ES256" (a new RSA key takes a tenth of a second) */
  readonly algorithm?: SigningAlgorithm;
  /** How long an issued token lives. @default 300 */
  readonly lifeSeconds?: number;
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
  /** How long `as.fetch` waits for an answer. @default 5000, as long as Behalf itself waits */
  readonly fetchTimeoutMs?: number;
}

/** A scripted authorization server on a port of its own. */
export interface ScriptedAsOptions extends AsOptions {
  /** Speaks HTTPS, and takes client certificates. @default plain HTTP */
  readonly tls?: TlsOptions;
}

/** A scripted authorization server without a port. Client certificates need one: it is TLS that shows them. */
export interface InMemoryAsOptions extends AsOptions {
  /** @default "https://as.test" */
  readonly origin?: string;
}
