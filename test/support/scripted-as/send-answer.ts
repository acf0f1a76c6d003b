import type { ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** Carries an answer out, unless the client has gone. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || answer.kind === "hang") return;
  if (answer.kind === "drop") {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": String(Buffer.byteLength(answer.body)),
  });
  if (answer.kind === "stall") {
    response.write(answer.body.slice(0, Math.ceil(answer.body.length / 2)));
    return;
  }
  response.end(answer.body);
}
