/** A request to an authorization server. */
export interface ServerRequest {
  readonly method: string;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** Sends a request to an authorization server. It bounds the answer's body and follows no redirect. */
export type ServerFetch = (url: string, request: ServerRequest) => Promise<Response>;

/** How the protocol reaches an authorization server: given by the composition, the same for all requests. */
export interface ServerConnection {
  /** The issuer, as configured. */
  readonly authority: URL;
  /** Whether `http:` may be used beyond loopback. */
  readonly insecureRequestsAllowed: boolean;
  readonly fetch: ServerFetch;
}
