import type { ServerResponse } from "node:http";

/** An answer of the sidecar's own, in JSON. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Headers that the gate has set in the answer, by their names in lower case. */
export type AnswerHeaders = ReadonlyMap<string, string>;

/** Sends an answer, unless the client has left, or has been given the head of another one. */
export function sendOwnAnswer(
  response: ServerResponse,
  { status, headers, body }: OwnAnswer,
  set: AnswerHeaders,
): void {
  if (response.destroyed) return;
  if (response.headersSent) return void response.destroy();
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...Object.fromEntries(set),
    ...headers,
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
