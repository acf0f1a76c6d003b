import type { Secret } from "../values/secret.ts";
import type { ClientAuthenticationMethod, HttpMethod, StringList, TokenMemoryOptions } from "./options.ts";

/** The auth settings of one node after the schema. */
export interface CheckedAuth {
  readonly grantType?: string;
  readonly clientId?: string;
  readonly clientSecret?: Secret | string;
  readonly clientAuthentication?: ClientAuthenticationMethod;
  readonly scope?: StringList;
  readonly audience?: StringList;
  readonly resource?: StringList;
  readonly requestedTokenType?: string;
  readonly timeoutMs?: number;
}

/** An endpoint after the schema. */
export interface CheckedEndpoint extends CheckedAuth {
  readonly path: string;
  readonly methods?: readonly HttpMethod[];
}

/** A service after the schema; its endpoints are checked for themselves. */
export interface CheckedService extends CheckedAuth {
  readonly host: string;
  readonly basePath?: string;
  readonly endpoints?: Readonly<Record<string, unknown>>;
}

/** The inbound settings after the schema. */
export interface CheckedInbound {
  readonly audience: StringList;
  readonly issuer?: string;
  readonly authorizationHeader?: string;
  readonly algorithms?: readonly string[];
  readonly clockToleranceMs?: number;
  readonly requiredScopes?: StringList;
  readonly jwksCooldownMs?: number;
}

/** The root after the schema; its services are checked for themselves. */
export interface CheckedRoot extends CheckedAuth {
  readonly name?: string;
  readonly authority: string;
  readonly inbound?: CheckedInbound;
  readonly serviceDefaults?: CheckedAuth;
  readonly services: Readonly<Record<string, unknown>>;
  readonly messageIdHeader?: string;
  readonly serverTiming?: boolean;
  readonly strict?: boolean;
  readonly tokenMemory?: TokenMemoryOptions;
}
