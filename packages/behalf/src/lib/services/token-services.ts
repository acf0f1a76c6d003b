import type { AuthSettings, ClientAssertionType, DelegatedGrant } from "../config/auth-settings.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { Awaitable, OutcomePromise } from "../outcome/outcome-promise.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";

/** Who asks for a token, with what its way of authentication needs. */
export interface Credentials {
  readonly clientId: string;
  /** @default "client_secret_basic" */
  readonly authentication?: ClientAuthenticationMethod | undefined;
  /** For the methods that begin with `client_secret_`. */
  readonly clientSecret?: Secret | undefined;
  /** For `private_key_jwt`. */
  readonly signingKey?: SigningKey | undefined;
  /** For `workload_identity`. */
  readonly clientAssertion?: Secret | undefined;
  readonly clientAssertionType?: ClientAssertionType | undefined;
  /** Gives others after the authorization server refused these; `undefined` when there are none. */
  readonly renew?: ((signal: AbortSignal) => Awaitable<Credentials | undefined>) | undefined;
  /** Reads them anew, for a token that is renewed ahead of time. @default the same ones are shown again */
  readonly reread?: ((signal: AbortSignal) => Promise<Credentials>) | undefined;
}

/** What every kind of token request can say. */
export interface TokenRequestOptions {
  readonly credentials: Credentials;
  /** Whom the token is for, by name. */
  readonly audience?: MultiStringValue | undefined;
  /** Whom the token is for, by URI (RFC 8707). */
  readonly resource?: MultiStringValue | undefined;
  readonly scope?: MultiStringValue | undefined;
  /** All the rest that a configuration says of tokens. @default the protocol's defaults, at the instance's authority */
  readonly settings?: AuthSettings | undefined;
  /** Whether a token is asked for that no cache holds. @default false */
  readonly forceAuthorization?: boolean | undefined;
  /** What the token is for, as errors and records name it. @default "-" */
  readonly service?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A request for client credentials (RFC 6749 section 4.4). */
export type ClientCredentialsRequest = TokenRequestOptions;

/** A token exchange (RFC 8693 section 2.1), or another grant that acts on behalf of a subject. */
export interface TokenExchangeRequest extends TokenRequestOptions {
  readonly subjectToken: ActorToken;
  /** @default "tokenExchange" */
  readonly grantType?: DelegatedGrant | undefined;
  /** @default what the token is: an access token, or a JWT of another issuer */
  readonly subjectTokenType?: string | undefined;
  readonly actorToken?: ActorToken | undefined;
  /** @default what the token is */
  readonly actorTokenType?: string | undefined;
  readonly requestedTokenType?: string | undefined;
  /** For the first server of an `identityAssertion`. */
  readonly identityProvider?: TokenRequestOptions | undefined;
}

/** A request by a refresh token (RFC 6749 section 6). */
export interface RefreshRequest extends TokenRequestOptions {
  /** The token, or one that it was rotated from. */
  readonly refreshToken: ActorToken;
  /** Is told the successor of a token that is rotated. */
  readonly keep?: ((successor: Secret) => void | Promise<void>) | undefined;
}

/** A token that was obtained. */
export interface TokenResponse {
  readonly accessToken: ActorToken;
}

/** Exchanges a token for another one (RFC 8693), with a cache. */
export interface TokenExchangeService {
  exchange(request: TokenExchangeRequest): OutcomePromise<TokenResponse>;
}

/** Acquires tokens by client credentials (RFC 6749 section 4.4), with a cache. */
export interface ClientCredentialsService {
  acquireToken(request: ClientCredentialsRequest): OutcomePromise<TokenResponse>;
}

/** Acquires tokens by refresh tokens (RFC 6749 section 6), with a cache, and keeps what they are rotated to. */
export interface RefreshTokenService {
  refresh(request: RefreshRequest): OutcomePromise<TokenResponse>;
}
