import type { ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import type { Answer } from "./answer.ts";

function cut({ socket }: ServerResponse): void {
  // Only a plain TCP socket can be reset.
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

const longestSilenceMs = 60_000;

/** Carries an answer out, unless the client has gone. Silence ends after a minute, if nobody ends it before. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  if (answer.kind === "hang" || answer.kind === "stall") response.setTimeout(longestSilenceMs, () => cut(response));
  if (answer.kind === "hang") return;
  if (answer.kind === "drop") {
    cut(response);
    return;
  }
  if (answer.kind === "close") {
    response.socket?.end();
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
