import type { ClientAuthenticationMethod } from "../config/options.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { MultiStringValue } from "../values/multi-string-value.ts";
import type { Secret } from "../values/secret.ts";

/** This API as the authorization server knows it. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** How it proves who it is (RFC 6749 section 2.3.1). */
  readonly authentication: ClientAuthenticationMethod;
}

/** A token of a party that the request is about, with its kind. */
export interface PartyToken {
  readonly token: ActorToken;
  /** A token type URI (RFC 8693 section 3). */
  readonly tokenType: string;
}

/** The grants that this version can ask for. */
export type RequestableGrant = "clientCredentials" | "tokenExchange";

/** All that a token request says. */
export interface TokenRequest {
  readonly grantType: RequestableGrant;
  readonly credentials: ClientCredentials;
  readonly audience: MultiStringValue;
  readonly resource: MultiStringValue;
  readonly scope: MultiStringValue;
  readonly requestedTokenType: string | undefined;
  /** On whose behalf (RFC 8693). */
  readonly subject: PartyToken | undefined;
  /** Who acts (RFC 8693). */
  readonly actor: PartyToken | undefined;
  /** The configuration path of the service or endpoint that the token is for. */
  readonly service: string;
}

/** What the authorization server gave. */
export interface IssuedToken {
  readonly token: ActorToken;
  /** How long it lives from now, where the server said so. */
  readonly expiresInMs: number | undefined;
  readonly scope: MultiStringValue | undefined;
  readonly issuedTokenType: string | undefined;
  /** What the answer lacked that the protocol asks for. */
  readonly tolerated: readonly string[];
}
