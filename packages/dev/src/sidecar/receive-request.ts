import type { IncomingMessage } from "node:http";
import { fromNodeRequest } from "behalf";
import type { Gate, Visit } from "./gate.ts";
import type { AnswerHeaders } from "./own-answer.ts";

/** A request at the gate. */
export interface Received {
  readonly visit: Visit;
  /** What the gate sets in the answer, up to now. */
  readonly answerHeaders: AnswerHeaders;
}

/** Lets the gate look at a request. */
export function receiveRequest(
  gate: Gate,
  request: IncomingMessage,
  onHangUp: (listener: () => void) => void,
): Received {
  const answerHeaders = new Map<string, string>();
  const setResponseHeader = (name: string, value: string): void => void answerHeaders.set(name.toLowerCase(), value);
  return { visit: gate.receive(fromNodeRequest(request, { setResponseHeader, onHangUp })), answerHeaders };
}
