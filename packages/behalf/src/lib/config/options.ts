import type { Secret } from "../values/secret.ts";
import type { GrantTypeName } from "./grant-type.ts";
import type { Reference } from "./reference.ts";

/** Allows `http:` URLs beyond loopback. Tokens then travel in clear text. */
export const allowInsecureRequests: unique symbol = Symbol("behalf.allowInsecureRequests");

/** How this API proves to the authorization server who it is (RFC 6749 section 2.3.1). */
export type ClientAuthenticationMethod = "client_secret_basic" | "client_secret_post";

/** One string, or several; a string is split at white space. */
export type StringList = string | readonly string[];

/** How a token is obtained. Each property is inherited: endpoint, service, `serviceDefaults`, root. */
export interface AuthOptions {
  /** @default "none" */
  readonly grantType?: GrantTypeName;
  readonly clientId?: string | Reference;
  readonly clientSecret?: string | Secret | Reference;
  /** @default "client_secret_basic" */
  readonly clientAuthentication?: ClientAuthenticationMethod;
  /** The scopes to ask for. */
  readonly scope?: StringList;
  /** Whom the token is for, by name (RFC 8693 section 2.1). */
  readonly audience?: StringList;
  /** Whom the token is for, by URI (RFC 8707). */
  readonly resource?: StringList;
  /** The kind of token to ask for in an exchange (RFC 8693 section 3). */
  readonly requestedTokenType?: string;
  /** How long a call may take, to the end of its answer or the beginning of a stream, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
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
