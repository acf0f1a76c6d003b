/** A request that was not sent: the server did not answer those before it, and is left alone for a while. */
export class ServerClosedError extends Error {
  override readonly name = "ServerClosedError";
  /** No byte of it left. */
  readonly sent = false;
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("The authorization server does not answer, and is left alone for a while.");
    this.retryAfterMs = retryAfterMs;
  }
}
