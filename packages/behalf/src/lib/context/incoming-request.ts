/** What Behalf needs of a request that came in; each adapter gives it. */
export interface IncomingRequest {
  /** Names and values in turn, as they came: `request.rawHeaders` of `node:http`. */
  readonly rawHeaders: readonly string[];
  /** The method; without it no proof of possession (RFC 9449) is accepted. */
  readonly method?: string | undefined;
  /** Path and query, as they came; without them no proof of possession is accepted. */
  readonly url?: string | undefined;
  /** The addresses of the connection's two ends; without them the request is not local. */
  readonly addresses?: { readonly local: string | undefined; readonly remote: string | undefined } | undefined;
  /** The certificate that the client showed on the connection, DER; `undefined` when it showed none. */
  clientCertificate?(): Uint8Array | undefined;
  /** Sets a header of the answer; does nothing once the head is sent. */
  setResponseHeader(name: string, value: string): void;
  /** Calls the listener when the caller hangs up before the answer is finished. */
  onHangUp(listener: () => void): void;
}
