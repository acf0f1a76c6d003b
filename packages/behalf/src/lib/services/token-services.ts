import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { OutcomePromise } from "../outcome/outcome-promise.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";

/** Who asks for a token. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** @default "client_secret_basic" */
  readonly authentication?: ClientAuthenticationMethod | undefined;
}

/** What both kinds of token request can say. */
export interface TokenRequestOptions {
  readonly credentials: Credentials;
  /** Whom the token is for, by name. */
  readonly audience?: MultiStringValue | undefined;
  /** Whom the token is for, by URI (RFC 8707). */
  readonly resource?: MultiStringValue | undefined;
  readonly scope?: MultiStringValue | undefined;
  /** Whether a token is asked for that no cache holds. @default false */
  readonly forceAuthorization?: boolean | undefined;
  /** What the token is for, as errors and records name it. @default "-" */
  readonly service?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A request for client credentials (RFC 6749 section 4.4). */
export type ClientCredentialsRequest = TokenRequestOptions;

/** A token exchange (RFC 8693 section 2.1). */
export interface TokenExchangeRequest extends TokenRequestOptions {
  readonly subjectToken: ActorToken;
  /** @default what the token is: an access token, or a JWT of another issuer */
  readonly subjectTokenType?: string | undefined;
  readonly actorToken?: ActorToken | undefined;
  /** @default what the token is */
  readonly actorTokenType?: string | undefined;
  readonly requestedTokenType?: string | undefined;
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
