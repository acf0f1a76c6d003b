import type { AudienceGuard, ClientAssertionType, ProtocolDialect } from "../config/auth-settings.ts";
import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";
import type { SigningKey } from "../values/signing-key.ts";
import type { DpopProver } from "./dpop.ts";

/** This API as the authorization server knows it. */
export interface ClientCredentials {
  readonly clientId: string;
  /** How it proves who it is (RFC 6749 section 2.3.1, RFC 7523 section 2.2, RFC 8705 section 2). */
  readonly authentication: ClientAuthenticationMethod;
  /** For the methods that begin with `client_secret_`. */
  readonly clientSecret?: Secret | undefined;
  /** For `private_key_jwt`. */
  readonly signingKey?: SigningKey | undefined;
  /** For `workload_identity`: a JWT that the platform issued for this program. */
  readonly clientAssertion?: Secret | undefined;
  /** @default "jwt-bearer" */
  readonly clientAssertionType?: ClientAssertionType | undefined;
}

/** A token of a party that the request is about, with its kind. */
export interface PartyToken {
  readonly token: ActorToken;
  /** A token type URI (RFC 8693 section 3). */
  readonly tokenType: string;
}

/** The grants that are one request to a token endpoint. */
export type RequestableGrant = "clientCredentials" | "tokenExchange" | "onBehalfOf" | "jwtBearer" | "refreshToken";

/** All that a token request says. */
export interface TokenRequest {
  readonly grantType: RequestableGrant;
  readonly credentials: ClientCredentials;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  readonly scope: MultiStringValue;
  readonly requestedTokenType: string | undefined;
  /** On whose behalf: the subject of an exchange, the assertion of a JWT bearer grant, the refresh token. */
  readonly subject: PartyToken | undefined;
  /** Who acts (RFC 8693). */
  readonly actor: PartyToken | undefined;
  /** Names and values beside those of the protocol. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Binds the token to a key (RFC 9449). */
  readonly dpop: DpopProver | undefined;
  /** Who this API is on the connection to the server. */
  readonly identity: ConnectionIdentity | undefined;
  /** Whether the token is to be bound to the certificate of the connection (RFC 8705 section 3). */
  readonly certificateBound: boolean;
  readonly dialect: ProtocolDialect;
  /** What to do with a token that is not what was asked for. */
  readonly audienceGuard: AudienceGuard;
  /** Whether a refresh token may be sent again after an answer was lost. */
  readonly refreshReuse: boolean;
  /** The configuration path of the service or endpoint that the token is for. */
  readonly service: string;
}

/** What the authorization server gave. */
export interface IssuedToken {
  readonly token: ActorToken;
  /** How the token is to be shown to a backend. `N_A` is no access token, but an answer to an exchange (RFC 8693 section 2.2.1). */
  readonly tokenType: "Bearer" | "DPoP" | "N_A";
  /** How long it lives from now, where the server said so. */
  readonly expiresInMs: number | undefined;
  readonly scope: MultiStringValue | undefined;
  readonly issuedTokenType: string | undefined;
  readonly refreshToken: Secret | undefined;
  /** What was accepted though the protocol asks for something else: the member's name. */
  readonly tolerated: readonly string[];
  /** In what the token is not what was asked for, as far as it can be read. */
  readonly deviations: readonly TokenDeviation[];
}

/** In what an issued JWT can differ from what was asked for: another audience, more scopes, a longer life, another actor. */
export type TokenDeviation = "audience" | "scope" | "expiry" | "actor";
