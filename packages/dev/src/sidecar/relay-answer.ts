import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { dropHopByHop } from "./hop-by-hop.ts";
import type { AnswerHeaders } from "./own-answer.ts";

/** To whom an answer goes. */
export interface AnswerRoute {
  readonly response: ServerResponse;
  /** Stand in place of the API's own. */
  readonly answerHeaders: AnswerHeaders;
}

/** Gives the API's answer to the client. One that breaks off ends the client's connection: it must not look complete. */
export function relayAnswer(answer: IncomingMessage, { response, answerHeaders }: AnswerRoute): void {
  const { statusCode = 502, statusMessage = "", rawHeaders } = answer;
  const kept = dropHopByHop(rawHeaders, (name) => answerHeaders.has(name));
  response.writeHead(statusCode, statusMessage, [...kept, ...[...answerHeaders].flat()]);
  response.flushHeaders();
  pipeline(answer, response, (error) => void (error && response.destroy()));
}
