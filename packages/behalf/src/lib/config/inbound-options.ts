import type { ActorToken } from "../values/actor-token.ts";
import type { BareCaller } from "../values/caller.ts";
import type { Principal } from "../values/principal.ts";
import type { AuthOptions, IdentityProviderOptions, StringList } from "./auth-options.ts";

/** What an authenticator validates: tokens that say it themselves, tokens that their issuer is asked about, or others. */
export type AuthenticatorType = "jwt" | "introspection" | "sidecar" | "custom";

/** What was found in one of an authenticator's headers. */
export interface PresentedCredential {
  /** The header's value, without the scheme `Bearer`. */
  readonly credential: ActorToken;
  /** The name of the header, in lower case. */
  readonly header: string;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** Who a custom authenticator found a caller to be. */
export interface AuthenticatedParty {
  readonly subject?: string;
  readonly client?: string;
  readonly scopes?: StringList;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Until when this holds. It is asked again at the latest after `keepMs`. @default no end of its own */
  readonly expiresAt?: Date;
  /** A token that may be exchanged on behalf of this caller. The credential itself never is. @default none */
  readonly accessToken?: ActorToken;
}

/** Says who shows a credential; `undefined` when nobody does. */
export type AuthenticateCaller = (
  presented: PresentedCredential,
) => AuthenticatedParty | undefined | Promise<AuthenticatedParty | undefined>;

/** What the server that issues callers' tokens is reached with; `authority` and credentials are the root's unless given. */
export type AuthenticatorServerOptions = Omit<
  IdentityProviderOptions,
  "tokenEndpoint" | "subjectTokenType" | "scope" | "resource"
> &
  Pick<AuthOptions, "issuerTemplate">;

/** How callers are looked at. Of several authenticators, each has from `inbound` what it does not say itself. */
export interface AuthenticatorOptions extends AuthenticatorServerOptions {
  /** @default "jwt" */
  readonly type?: AuthenticatorType;
  /** Whom a token must be for: one of these must be in its `aud`. There is no default, but for `custom`. */
  readonly audience?: StringList;
  /** Who must have issued a token; several stand for one server with several names. @default the issuer that `authority` names in its metadata */
  readonly issuer?: string | readonly string[];
  /** The headers that may carry the token; a custom one may carry it without a scheme. @default "authorization" */
  readonly authorizationHeader?: StringList;
  /** The signature algorithms that are accepted. @default RS256, PS256, ES256, ES384, ES512, EdDSA, Ed25519 */
  readonly algorithms?: readonly string[];
  /** How far two clocks may stand apart, in milliseconds. @default 5000 */
  readonly clockToleranceMs?: number;
  /** Scopes that every token must have; without them the answer is 403. @default none */
  readonly requiredScopes?: StringList;
  /** The least time between two fetches of the signing keys, in milliseconds. @default 30000 */
  readonly jwksCooldownMs?: number;
  /** The keys that tokens must be signed with (RFC 7517 section 5); then none are fetched. @default the server's */
  readonly keys?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** What a JWT must be like: as RFC 9068 has it, or any. @default "any" */
  readonly profile?: "rfc9068" | "any";
  /** How long after its `iat` a JWT may end, in milliseconds. @default for `sidecar` 300000, else no bound */
  readonly maxLifeMs?: number;
  /** What every token of `introspection` or `custom` begins with: tells whose it is, where there are several. @default anything */
  readonly tokenPrefix?: string;
  /** Whether only routes that name the authenticator use it. @default false */
  readonly byRouteOnly?: boolean;
  /** How long the answer about a token of `introspection` or `custom` is used, in milliseconds; a revoked token may be accepted that long. @default 60000 */
  readonly keepMs?: number;
  /** How introspection is authorized: as the client, or by a token of its own (RFC 7662 section 2.1). @default "client" */
  readonly introspectionAuthorization?: "client" | "bearer";
  /** Says who shows a credential: for `custom`. */
  readonly authenticate?: AuthenticateCaller;
}

/** How tokens that are bound to a key are accepted (RFC 9449). */
export interface InboundDpopOptions {
  /** Whether every token must be bound. @default false */
  readonly required?: boolean;
  /** Whether a proof must hold a nonce of ours. @default false */
  readonly nonce?: boolean;
  /** The signature algorithms of proofs. @default those of `algorithms` */
  readonly algorithms?: readonly string[];
  /** How old a proof may be, in milliseconds. @default 60000 */
  readonly proofLifeMs?: number;
}

/** Gives another principal for one: `principal.withClaims({ … })`. What it throws fails the request. */
export type ClaimsTransformation = (principal: Principal, caller: BareCaller) => Principal | Promise<Principal>;

/** Who the caller is, beyond what the token says. */
export interface IdentityOptions {
  /** Whether the issuer's userinfo endpoint is asked (OpenID Connect Core section 5.3). Systems have none. @default "token" */
  readonly source?: "token" | "userInfo";
  /** The token that userinfo is asked with: the caller's own, or one obtained by exchange for it. @default "forward" */
  readonly userInfoGrant?: "forward" | "tokenExchange";
  /** For the exchange. @default none */
  readonly scope?: StringList;
  /** For the exchange. @default none */
  readonly audience?: StringList;
  /** For the exchange. @default none */
  readonly resource?: StringList;
  /** Applied in order, each to what the one before gave. @default none */
  readonly transformations?: readonly ClaimsTransformation[];
  /** How long the principal of a token is used before it is made anew, in milliseconds. @default 60000 */
  readonly keepMs?: number;
}

/** The incoming request, as the development proxy's predicate sees it. */
export interface DevProxyRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  /** Gives a header; `undefined` when it is not there, or not once. */
  header(name: string): string | undefined;
}

/** On a developer's machine: takes the sidecar's place for requests that come without it. */
export interface DevProxyOptions {
  /** Where the sidecar gives the assertion for a token: `GET` with the token, answered by `{ "assertion": "<jwt>" }`. */
  readonly url: string;
  /** When the proxy leaves a request alone: a function, or criteria such as `headers[X-Real-Sidecar] == yes || url ~~ /health`. @default never */
  readonly mutedWhen?: string | ((request: DevProxyRequest) => boolean);
}

/** Where the authorization server says that a session has ended (OpenID Connect Back-Channel Logout). */
export interface BackchannelLogoutOptions {
  /** The path that the adapters answer. @default "/backchannel-logout" */
  readonly path?: string;
  /** Whom a logout token must be for. @default the client id */
  readonly audience?: StringList;
}

/** How many validated tokens are remembered. */
export interface ValidatedTokenOptions {
  /** @default 10000 */
  readonly maxEntries?: number;
  /** The sum of the tokens' lengths. @default 67108864 */
  readonly maxBytes?: number;
}

/** The settings of the inbound side as a whole. */
export interface InboundSettings extends AuthenticatorOptions {
  /** The URL by which clients know this API (RFC 9728); needed for proofs of possession and for protected resource metadata. */
  readonly resource?: string | (() => string);
  /** Other URLs under which clients reach this API, with whatever stands before its paths. @default none */
  readonly publicUrls?: StringList;
  /** What the protected resource metadata says besides: names and values of RFC 9728 section 2. @default nothing */
  readonly resourceMetadata?: Readonly<Record<string, unknown>>;
  /** @default true where `resource` is given */
  readonly dpop?: boolean | InboundDpopOptions;
  /** The header by which a proxy in front, which takes it out of every client's request, tells the client's certificate (RFC 9440). @default none: the connection's own */
  readonly clientCertificateHeader?: string;
  readonly identity?: IdentityOptions;
  readonly devProxy?: DevProxyOptions;
  readonly backchannelLogout?: boolean | BackchannelLogoutOptions;
  readonly validatedTokens?: ValidatedTokenOptions;
}

/** How callers are validated: by one authenticator, or by several with names. There is no default audience. */
export type InboundOptions = InboundSettings &
  (
    | { readonly audience: StringList; readonly authenticators?: Readonly<Record<string, AuthenticatorOptions>> }
    | { readonly audience?: StringList; readonly authenticators: Readonly<Record<string, AuthenticatorOptions>> }
    | {
        readonly type: "custom";
        readonly audience?: StringList;
        readonly authenticators?: Readonly<Record<string, AuthenticatorOptions>>;
      }
  );
