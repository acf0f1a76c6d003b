import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";

/** A body on its way. */
export interface BodyRoute {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly outgoing: ClientRequest;
  readonly expectsContinue: boolean;
  /** An API that does not know `Expect` is given the body all the same, after this time. */
  readonly patienceMs: number;
}

/**
 * Sends the client's body on, at the pace of whoever is slower. A client that asks whether its body is wanted is told so when
 * the API says it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.1}
 */
export function sendBody({ request, response, outgoing, expectsContinue, patienceMs }: BodyRoute): void {
  // What an API does not want to read any more still has to leave the client's connection.
  outgoing.once("close", () => request.resume());
  if (!expectsContinue) return void request.pipe(outgoing);

  const begin = (): void => {
    stop();
    response.writeContinue();
    request.pipe(outgoing);
  };
  const timer = setTimeout(begin, patienceMs);
  const stop = (): void => {
    clearTimeout(timer);
    outgoing.off("continue", begin).off("response", stop).off("close", stop);
  };
  outgoing.once("continue", begin).once("response", stop).once("close", stop);
}
