import type { ConnectionIdentity } from "../values/connection-identity.ts";

/** A request to an authorization server. What is left out is never `undefined`, so that the standard `fetch` takes it. */
export interface ServerRequest {
  readonly method: string;
  readonly headers: Headers | Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null;
  readonly signal?: AbortSignal | null;
  /** Who this API is on the connection; `undefined` for nobody in particular. */
  readonly identity?: ConnectionIdentity | undefined;
  /** Names the stranger for whom it is sent, if any: what such a request meets with may be the stranger's doing. */
  readonly party?: string | undefined;
  /** Said to those `fetch` functions that would follow a redirect otherwise. */
  readonly redirect?: "manual";
}

/** Sends a request to an authorization server. It bounds the answer's body and follows no redirect. */
export type ServerFetch = (url: string, request: ServerRequest) => Promise<Response>;

/** How the protocol reaches an authorization server: given by the composition, the same for all requests. */
export interface ServerConnection {
  /** The issuer, as configured. */
  readonly authority: URL;
  /** What the metadata may name as issuer besides the authority, letter for letter. */
  readonly issuerTemplate?: string | undefined;
  /** Whether `http:` may be used beyond loopback. */
  readonly insecureRequestsAllowed: boolean;
  readonly fetch: ServerFetch;
  /** Who this API is when it asks for metadata and keys. */
  readonly identity?: ConnectionIdentity | undefined;
}
