/** What a hook sees of a request that is about to be sent: never its token. */
export interface HookRequest {
  readonly service: string;
  readonly endpoint: string;
  readonly method: string;
  /** Path and query, from the root of the backend. */
  readonly path: string;
  /** The headers that the program gave, and those that hooks before this one gave; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly messageId: string | undefined;
}

/** What a hook wants of a request. */
export interface HookedRequest {
  /** Headers that are added, or take the place of those of the same name. None of them may be Behalf's own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a hook sees of an answer. */
export interface HookResponse {
  readonly status: number;
  readonly headers: Headers;
}

/**
 * Is told of each request to a backend before it is sent, and can add headers. The call waits only for one that gives a promise.
 * What it throws fails the call: it was not sent.
 */
export type RequestHook = (
  request: HookRequest,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that wants nothing has no return statement
) => HookedRequest | undefined | void | Promise<HookedRequest | undefined | void>;

/**
 * Is told of each answer of a backend, whatever its status: the last one, after a new token and further attempts. It cannot change
 * it; what it throws fails the call.
 */
export type ResponseHook = (response: HookResponse, request: HookRequest) => unknown;
