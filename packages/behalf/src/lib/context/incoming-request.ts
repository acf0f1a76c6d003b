/** What Behalf needs of a request that came in; each adapter gives it. */
export interface IncomingRequest {
  /** Names and values in turn, as they came: `request.rawHeaders` of `node:http`. */
  readonly rawHeaders: readonly string[];
  /** Sets a header of the answer; does nothing once the head is sent. */
  setResponseHeader(name: string, value: string): void;
  /** Calls the listener when the caller hangs up before the answer is finished. */
  onHangUp(listener: () => void): void;
}
