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

/** What any call can say. */
export interface CallOptions {
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
