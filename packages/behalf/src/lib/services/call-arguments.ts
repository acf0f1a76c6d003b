import type { StringList } from "../config/options.ts";
import type { GivenHeaders } from "../transport/check-headers.ts";
import type { PathValues, QueryValues } from "../transport/path.ts";
import type { HttpClientOptions } from "./http-client-options.ts";
import type { BodyOptions } from "./request-body.ts";

/** The parameters of a path template: `{name}` must be given, `{name?}` may be. */
export type PathParams<
  path,
  required extends string = never,
  optional extends string = never,
> = path extends `${string}{${infer name}}${infer rest}`
  ? name extends `${infer bare}?`
    ? PathParams<rest, required, optional | bare>
    : PathParams<rest, required | name, optional>
  : { readonly [key in required]: string | number } & { readonly [key in optional]?: string | number };

/** What a call can say of its token. Each is part of what its token is kept under. */
export interface CallTokenOptions {
  /** The scopes to ask for. @default the endpoint's */
  readonly scope?: StringList;
  /** Whom the token is for, by name. @default the endpoint's */
  readonly audience?: StringList;
  /** Whom the token is for, by URI (RFC 8707). @default the endpoint's */
  readonly resource?: StringList;
  /** What the token is to allow, in detail (RFC 9396). @default the endpoint's */
  readonly authorizationDetails?: readonly Readonly<Record<string, unknown>>[];
  /** Parameters beside those of the protocol; they take the place of the endpoint's of the same name. */
  readonly extraParameters?: Readonly<Record<string, string | readonly string[]>>;
  /** @default the one that the configuration chooses */
  readonly tenant?: string;
  /** Whether a token is asked for that no cache holds. @default false */
  readonly forceAuthorization?: boolean;
}

/** What any call can say. */
export interface CallOptions extends CallTokenOptions {
  readonly query?: QueryValues;
  /** Headers that are not Behalf's own. */
  readonly headers?: GivenHeaders;
  readonly signal?: AbortSignal;
  /** How long the call may take, in milliseconds. @default the endpoint's */
  readonly timeoutMs?: number;
  /** How the client is configured and authorized. @default as the endpoint says, for the caller of the request */
  readonly clientOptions?: HttpClientOptions;
}

/** What a call that carries a body can say. */
export type BodyCallOptions = CallOptions & BodyOptions;

type WithParams<path, options> = string extends path
  ? [options?: options & { readonly params?: PathValues }]
  : Record<never, never> extends PathParams<path>
    ? [options?: options & { readonly params?: PathParams<path> }]
    : [options: options & { readonly params: PathParams<path> }];

/** The arguments of a call to an endpoint with this path. */
export type CallArguments<path> = WithParams<path, CallOptions>;

/** The arguments of a call with a body to an endpoint with this path. */
export type BodyCallArguments<path> = WithParams<path, BodyCallOptions>;

/** A call's options without their types: what the engine sees. */
export type AnyCallOptions = BodyCallOptions & { readonly params?: PathValues };
