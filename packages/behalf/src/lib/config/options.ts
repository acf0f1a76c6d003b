import type { KeyObject } from "node:crypto";
import type { Caller } from "../values/caller.ts";
import type { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";
import type { AudienceGuard, ClientAssertionType, ClientAuthenticationMethod, DelegatedGrant } from "./auth-terms.ts";
import type { ConfigDelegate } from "./config-delegate.ts";
import type { GrantTypeName } from "./grant-type.ts";
import type { PresetName } from "./preset-name.ts";
import type { Reference } from "./reference.ts";
import type { SecretSource } from "./service-auth-config.ts";

export type { ClientAuthenticationMethod } from "./auth-terms.ts";

/** Allows `http:` URLs beyond loopback. Tokens then travel in clear text. */
export const allowInsecureRequests: unique symbol = Symbol("behalf.allowInsecureRequests");

/** A secret, or where it stands. */
export type SecretGiven = string | Secret | Reference | SecretSource;

/** A private key: PEM, a JWK, a `KeyObject`, where one of these stands, or somebody who signs with it. */
export type PrivateKeyGiven = SecretGiven | Readonly<Record<string, unknown>> | KeyObject | SigningKey;

/** One string, or several; a string is split at white space. */
export type StringList = string | readonly string[];

/** How a token is obtained. Each property is inherited: endpoint, service, `serviceDefaults`, root. */
export interface AuthOptions {
  /** @default "none" */
  readonly grantType?: GrantTypeName;
  /** The issuer that gives the tokens; `{tenant}` stands for the tenant of the call. @default the root's */
  readonly authority?: string | Reference;
  /** Settings that fit a product. What stands beside it wins. @default none */
  readonly preset?: PresetName;
  /** Where tokens are asked for. A host that is not the authority's must be in `trustedHosts`. @default as the metadata says */
  readonly tokenEndpoint?: string | Reference;
  /** An issuer in which `{tenantid}` stands for the claim `tid`, for servers whose metadata serves many tenants. */
  readonly issuerTemplate?: string;
  readonly clientId?: string | Reference;
  /** The secret; or several, of which the next is used when one is refused: the current one and its successor. */
  readonly clientSecret?: SecretGiven | readonly SecretGiven[];
  /** @default "client_secret_basic" */
  readonly clientAuthentication?: ClientAuthenticationMethod;
  /** Signs client assertions for `private_key_jwt`; of several, the next is used when one is refused. */
  readonly privateKey?: PrivateKeyGiven | readonly PrivateKeyGiven[];
  /** The `kid` of the private key. @default the JWK's */
  readonly keyId?: string;
  /** The certificate of the private key, PEM: sent as `x5t#S256`. */
  readonly certificate?: SecretGiven;
  /** @default what fits the key: ES256, ES384, ES512, RS256 or EdDSA */
  readonly signingAlgorithm?: string;
  /** The JWT of a workload identity: best `fromFile`, which is read again when it changes. */
  readonly clientAssertion?: SecretGiven;
  /** @default "jwt-bearer" */
  readonly clientAssertionType?: ClientAssertionType;
  /** The `aud` of client assertions: `"issuer"`, `"tokenEndpoint"`, or a text, which is not inherited beside another `authority`. @default "issuer" */
  readonly assertionAudience?: string;
  /** How `client_secret_basic` writes id and secret. @default "form" (RFC 6749 section 2.3.1) */
  readonly basicEncoding?: "form" | "raw";
  /** Whether `client_id` goes into the form as well, whatever the method. @default false */
  readonly clientIdInBody?: boolean;
  /** What this API shows in TLS (RFC 8705): certificate and private key, PEM. */
  readonly clientCertificate?: ClientCertificateOptions;
  /** The certificates that servers are trusted by, PEM. @default Node's own */
  readonly ca?: SecretGiven;
  /** The URL of a proxy, with user and password if it wants them. @default none */
  readonly proxy?: SecretGiven;
  /** Whether tokens are bound to a key (RFC 9449): `true` makes one. @default false */
  readonly dpop?: boolean | DpopOptions;
  /** Whether tokens are bound to `clientCertificate`, which is then shown to backends too. @default true for the `tls` methods */
  readonly certificateBoundTokens?: boolean;
  /** The scopes to ask for. */
  readonly scope?: StringList;
  /** Whom the token is for, by name (RFC 8693 section 2.1). */
  readonly audience?: StringList;
  /** Whom the token is for, by URI (RFC 8707). */
  readonly resource?: StringList;
  /** The kind of token to ask for in an exchange (RFC 8693 section 3). */
  readonly requestedTokenType?: string;
  /** The kind that the caller's token is called in an exchange. @default what it is */
  readonly subjectTokenType?: string;
  /** Who acts (RFC 8693 section 2.1): this API by a token of its own, or a token from elsewhere. @default none is sent */
  readonly actorToken?: "clientCredentials" | SecretGiven;
  /** @default what it is */
  readonly actorTokenType?: string;
  /** What the token is to allow, in detail (RFC 9396). */
  readonly authorizationDetails?: readonly Readonly<Record<string, unknown>>[];
  /** Parameters beside those of the protocol. They are not inherited beside an `authority` at another host. */
  readonly extraParameters?: Readonly<Record<string, string | readonly string[]>>;
  /** The refresh token of `refreshToken`. One that is rotated is kept by `fromProvider(read, { keep })`. */
  readonly refreshToken?: SecretGiven;
  /** Whether a refresh token is sent again after an answer was lost, or cannot be used. @default false: it may be spent */
  readonly refreshReuse?: boolean;
  /** The first server of `identityAssertion`, which knows the caller. @default the root */
  readonly identityProvider?: IdentityProviderOptions;
  /** What `automatic` uses for people. @default "tokenExchange" */
  readonly delegatedGrant?: DelegatedGrant;
  /** Whether `automatic` acts as this API on a route that needs no caller. @default no: the call is refused */
  readonly anonymousAs?: "service";
  /** The origins that `forward` may send the caller's own token to. */
  readonly forwardTo?: StringList;
  /** What to do with a token that is not what was asked for. @default "warn", under `strictProtocol` "fail" */
  readonly audienceGuard?: AudienceGuard;
  /** How long a token on behalf of a caller is used at most, in milliseconds. @default as long as it lives */
  readonly maxDelegatedTtlMs?: number;
  /** Whether answers that deviate from the protocol are refused; else they are tolerated where that is safe. @default false */
  readonly strictProtocol?: boolean;
  /** How long a call may take, to the end of its answer or the beginning of a stream, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** What this API shows in TLS. */
export interface ClientCertificateOptions {
  /** The certificate with its chain, PEM. */
  readonly certificate: SecretGiven;
  /** Its private key, PEM. */
  readonly privateKey: SecretGiven;
}

/** How tokens are bound to a key (RFC 9449). */
export interface DpopOptions {
  /** @default one that is made, for the life of the process */
  readonly privateKey?: PrivateKeyGiven;
  /** @default "ES256" */
  readonly algorithm?: string;
}

/** The client settings of the first server of an identity assertion. */
export type IdentityProviderOptions = Pick<
  AuthOptions,
  | "authority"
  | "tokenEndpoint"
  | "clientId"
  | "clientSecret"
  | "clientAuthentication"
  | "privateKey"
  | "keyId"
  | "certificate"
  | "signingAlgorithm"
  | "clientAssertion"
  | "clientAssertionType"
  | "assertionAudience"
  | "basicEncoding"
  | "clientIdInBody"
  | "clientCertificate"
  | "ca"
  | "proxy"
  | "subjectTokenType"
  | "scope"
  | "resource"
>;

/** What a tenant's tokens are obtained with. It stands between the root and `serviceDefaults`. */
export type TenantOptions = IdentityProviderOptions & Pick<AuthOptions, "audience" | "extraParameters">;

/** What a tenant is chosen by. */
export interface TenantContext {
  /** The caller of the current request. */
  readonly caller: Caller | undefined;
  /** Gives a header of the current request; `undefined` when it is not there, or not once. */
  header(name: string): string | undefined;
}

/** A key that sealed texts are encrypted with: AES-256-GCM. */
export interface EncryptionKey {
  /** Stands in clear before the sealed text, so that older keys can still open theirs. */
  readonly id: string;
  /** 32 bytes, base64 or base64url. */
  readonly key: SecretGiven;
}

/** The methods of a backend service's endpoints. */
export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** One endpoint of a backend service. */
export interface EndpointOptions<path> extends AuthOptions {
  /** A template such as `/items/{sku}`; `{sku?}` may be left out. */
  readonly path: path;
  /** The methods that may be used. @default all */
  readonly methods?: HttpMethod | readonly HttpMethod[];
}

/** One backend service. */
export interface ServiceOptions<paths> extends AuthOptions {
  /** Scheme, host and port: `https://inventory.internal`. */
  readonly host: string | Reference;
  /** What stands before every endpoint's path. @default "/" */
  readonly basePath?: string;
  /** The endpoints by name: a path template, or an object with more. */
  readonly endpoints?: { readonly [name in keyof paths]: (paths[name] & string) | EndpointOptions<paths[name]> };
}

/** How the tokens of callers are validated. */
export interface InboundOptions {
  /** Whom a token must be for: one of these must be in its `aud`. There is no default. */
  readonly audience: StringList;
  /** Who must have issued a token. @default the issuer that `authority` names in its metadata */
  readonly issuer?: string;
  /** The header that carries the token; a custom one may carry it without a scheme. @default "authorization" */
  readonly authorizationHeader?: string;
  /** The signature algorithms that are accepted. @default RS256, PS256, ES256, ES384, ES512, EdDSA, Ed25519 */
  readonly algorithms?: readonly string[];
  /** How far two clocks may stand apart, in milliseconds. @default 5000 */
  readonly clockToleranceMs?: number;
  /** Scopes that every token must have; without them the answer is 403. @default none */
  readonly requiredScopes?: StringList;
  /** The least time between two fetches of the signing keys, in milliseconds. @default 30000 */
  readonly jwksCooldownMs?: number;
}

/** How many tokens the memory holds. */
export interface TokenMemoryOptions {
  /** @default 10000 */
  readonly maxEntries?: number;
  /** The sum of the tokens' lengths. @default 67108864 */
  readonly maxBytes?: number;
}

/** The configuration tree. */
export interface ConfigurationOptions<services> extends AuthOptions {
  /** The name of this instance in records and in the log. @default the client id, else "behalf" */
  readonly name?: string;
  /** The issuer of the authorization server; its metadata is read from there when it is needed (RFC 8414). */
  readonly authority: string | Reference;
  /** How callers' tokens are validated. Without it, no request has a caller. */
  readonly inbound?: InboundOptions;
  /** What all services inherit. */
  readonly serviceDefaults?: AuthOptions;
  /** The backend services by name: an object, or just a URL. */
  readonly services: { readonly [name in keyof services]: string | ServiceOptions<services[name]> };
  /** Hosts beside the authority's that a configured `tokenEndpoint` may have. @default none */
  readonly trustedHosts?: StringList;
  /** The tenants by name. A name that does not stand here can be used where `authority` has `{tenant}`. */
  readonly tenants?: Readonly<Record<string, TenantOptions>>;
  /** Chooses the tenant of a call; not asked where the call names one. @default no tenant */
  readonly tenant?: (context: TenantContext) => string | undefined;
  /** Whether a caller is a system, for `automatic`. @default `sub` is the client, `idtyp=app`, `gty=client-credentials`, or `userType=system` */
  readonly isSystemCaller?: (caller: Caller) => boolean;
  /** Answers for credentials and scopes ahead of the configuration. */
  readonly configDelegate?: ConfigDelegate;
  /** What capabilities are sealed with: the first seals, all open. @default none: they cannot leave the process */
  readonly encryptionKeys?: readonly EncryptionKey[];
  /** The header that carries the message id. @default "x-request-id" */
  readonly messageIdHeader?: string;
  /** Whether answers carry a `Server-Timing` header with the steps of the request. @default false */
  readonly serverTiming?: boolean;
  /** Whether a problem in one service stops the start. @default false */
  readonly strict?: boolean;
  readonly tokenMemory?: TokenMemoryOptions;
  /** @deprecated Dangerous: allows `http:` URLs beyond loopback. */
  readonly [allowInsecureRequests]?: boolean;
}

/** Where configuration comes from besides the code. */
export interface ConfigurationSources {
  /** A JSON file whose values win over those in code. */
  readonly configFile?: string | URL;
  /** The variables whose `BEHALF__…` names win over code and file; `false` for none. @default process.env */
  readonly environment?: false | Readonly<Record<string, string | undefined>>;
}
