import type { BareCaller, Caller } from "../values/caller.ts";
import type { AuthOptions, IdentityProviderOptions, SecretGiven, StringList } from "./auth-options.ts";
import type { RequestHook, ResponseHook } from "./call-hooks.ts";
import type { ConfigDelegate } from "./config-delegate.ts";
import type { HttpMethod } from "./http-method.ts";
import type { InboundOptions } from "./inbound-options.ts";
import type { Reference } from "./reference.ts";

export type {
  AuthOptions,
  ClientCertificateOptions,
  DpopOptions,
  IdentityProviderOptions,
  PrivateKeyGiven,
  SecretGiven,
  StringList,
} from "./auth-options.ts";
export type { ClientAuthenticationMethod } from "./auth-terms.ts";
export type { HookedRequest, HookRequest, HookResponse, RequestHook, ResponseHook } from "./call-hooks.ts";
export type {
  BreakerOptions,
  BulkheadOptions,
  CallOverrides,
  CallSettingsOptions,
  ConnectionOptions,
  HedgeOptions,
  RetryMethod,
  RetryOptions,
} from "./call-options.ts";
export type { HttpMethod } from "./http-method.ts";
/** Allows `http:` URLs beyond loopback. Tokens then travel in clear text. */
export const allowInsecureRequests: unique symbol = Symbol("behalf.allowInsecureRequests");

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

/** One endpoint of a backend service. */
export interface EndpointOptions<path> extends AuthOptions {
  /** A template such as `/items/{sku}`; `{sku?}` may be left out. */
  readonly path: path;
  /** The methods that may be used. @default all */
  readonly methods?: HttpMethod | readonly HttpMethod[];
}

/** Who is told of the calls to a service. Only code can say it. */
export interface CallHookOptions {
  /** Is told of each request before it is sent, and can add headers: one, or several in their order. @default nobody */
  readonly onRequest?: RequestHook | readonly RequestHook[];
  /** Is told of each answer: one, or several in their order. @default nobody */
  readonly onResponse?: ResponseHook | readonly ResponseHook[];
}

/** What all services inherit. Its hooks run ahead of those of a service. */
export interface ServiceDefaultsOptions extends AuthOptions, CallHookOptions {}

/** One backend service. */
export interface ServiceOptions<paths> extends AuthOptions, CallHookOptions {
  /** Scheme, host and port: `https://inventory.internal`. */
  readonly host: string | Reference;
  /** What stands before every endpoint's path. @default "/" */
  readonly basePath?: string;
  /** The endpoints by name: a path template, or an object with more. */
  readonly endpoints?: { readonly [name in keyof paths]: (paths[name] & string) | EndpointOptions<paths[name]> };
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
  /** How callers are validated. Without it, no request has a caller. */
  readonly inbound?: InboundOptions;
  /** What all services inherit. */
  readonly serviceDefaults?: ServiceDefaultsOptions;
  /** The backend services by name: an object, or just a URL. */
  readonly services: { readonly [name in keyof services]: string | ServiceOptions<services[name]> };
  /** Hosts beside the authority's that a configured `tokenEndpoint` may have. @default none */
  readonly trustedHosts?: StringList;
  /** The tenants by name. A name that does not stand here can be used where `authority` has `{tenant}`. */
  readonly tenants?: Readonly<Record<string, TenantOptions>>;
  /** Chooses the tenant of a call; not asked where the call names one. @default no tenant */
  readonly tenant?: (context: TenantContext) => string | undefined;
  /** Whether a caller is a system, for `automatic`. @default `sub` is the client, `idtyp=app`, `gty=client-credentials`, or `userType=system` */
  readonly isSystemCaller?: (caller: BareCaller) => boolean;
  /** Answers for credentials and scopes ahead of the configuration. */
  readonly configDelegate?: ConfigDelegate;
  /** What capabilities are sealed with: the first seals, all open. @default none: they cannot leave the process */
  readonly encryptionKeys?: readonly EncryptionKey[];
  /** The header that carries the message id. @default "x-request-id" */
  readonly messageIdHeader?: string;
  /**
   * The header that carries what is left of the time of a request, in milliseconds: from callers, and to backends. @default none
   */
  readonly deadlineHeader?: string;
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
