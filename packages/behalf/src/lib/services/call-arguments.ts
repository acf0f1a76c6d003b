import type { CallOverrides } from "../config/call-options.ts";
import type { StringList } from "../config/options.ts";
import type { GivenHeaders } from "../transport/check-headers.ts";
import type { PathValues } from "../transport/path.ts";
import type { GivenQuery } from "../transport/query.ts";
import type { StandardSchema } from "./answers/standard-schema.ts";
import type { HttpClientOptions } from "./http-client-options.ts";
import type { BodyOptions } from "./sending/request-body.ts";

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
export interface CallOptions extends CallTokenOptions, CallOverrides {
  readonly query?: GivenQuery;
  /** Headers that are not Behalf's own. */
  readonly headers?: GivenHeaders;
  readonly signal?: AbortSignal;
  /** How long the call may take, in milliseconds. @default the endpoint's */
  readonly timeoutMs?: number;
  /** How the client is configured and authorized. @default as the endpoint says, for the caller of the request */
  readonly clientOptions?: HttpClientOptions;
}

/** The check of a body that is sent as JSON. */
export type BodyCheckOptions =
  | {
      /**
       * Checks `json` before it is sent: what the schema gives is sent. What does not fit is refused with a
       * {@link RequestRefusedError} that lists where. @default nothing is checked
       */
      readonly bodySchema?: StandardSchema<unknown>;
      readonly body?: never;
    }
  | { readonly bodySchema?: never };

/** What a call that carries a body can say. */
export type BodyCallOptions = CallOptions & BodyOptions & BodyCheckOptions;

/** A path without its query: the question mark of an optional parameter begins none. */
type BeforeQuery<path> = path extends `${infer before}?${infer after}`
  ? after extends `}${string}`
    ? `${before}?${BeforeQuery<after>}`
    : before
  : path;

/** The arguments of a call with these options to this path. */
export type WithParams<path, options> = string extends path
  ? [options?: options & { readonly params?: PathValues }]
  : Record<never, never> extends PathParams<BeforeQuery<path>>
    ? [options?: options & { readonly params?: PathParams<BeforeQuery<path>> }]
    : [options: options & { readonly params: PathParams<BeforeQuery<path>> }];

/** The arguments of a call to this path. */
export type CallArguments<path> = WithParams<path, CallOptions>;

/** The arguments of a call with a body to this path. */
export type BodyCallArguments<path> = WithParams<path, BodyCallOptions>;

/** A call's options without their types: what the engine sees. */
export type AnyCallOptions = BodyCallOptions & { readonly params?: PathValues };
