import type { KeyObject } from "node:crypto";
import type { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";
import type { AudienceGuard, ClientAssertionType, ClientAuthenticationMethod, DelegatedGrant } from "./auth-terms.ts";
import type { CallSettingsOptions } from "./call-options.ts";
import type { GrantTypeName } from "./grant-type.ts";
import type { PresetName } from "./preset-name.ts";
import type { Reference } from "./reference.ts";
import type { SecretSource } from "./service-auth-config.ts";

/** A secret, or where it stands. */
export type SecretGiven = string | Secret | Reference | SecretSource;

/** A private key: PEM, a JWK, a `KeyObject`, where one of these stands, or somebody who signs with it. */
export type PrivateKeyGiven = SecretGiven | Readonly<Record<string, unknown>> | KeyObject | SigningKey;

/** One string, or several; a string is split at white space. */
export type StringList = string | readonly string[];

/** How a token is obtained, and calls are made. Each property is inherited: endpoint, service, `serviceDefaults`, root. */
export interface AuthOptions extends CallSettingsOptions {
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
  /**
   * The URL of a proxy, with user and password if it wants them; or `"environment"` for the one that `HTTPS_PROXY` or `HTTP_PROXY`
   * names for a host that `NO_PROXY` does not list. @default none
   */
  readonly proxy?: "environment" | SecretGiven;
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
  /** Whether the token of `clientCredentials` is asked for ahead of the first call, in the background. @default false */
  readonly prewarm?: boolean;
  /** The origins that `forward` may send the caller's own token to. */
  readonly forwardTo?: StringList;
  /** What to do with a token that is not what was asked for. @default "warn", under `strictProtocol` "fail" */
  readonly audienceGuard?: AudienceGuard;
  /** How long a token on behalf of a caller is used at most, in milliseconds. @default as long as it lives */
  readonly maxDelegatedTtlMs?: number;
  /** Whether answers that deviate from the protocol are refused; else they are tolerated where that is safe. @default false */
  readonly strictProtocol?: boolean;
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
