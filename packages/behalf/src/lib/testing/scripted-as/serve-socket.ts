import type { IncomingMessage, ServerResponse } from "node:http";
import { readCertificate } from "./certificate.ts";
import type { Desk } from "./desk.ts";
import type { ServeRequest } from "./listeners.ts";
import { sendAnswer } from "./send-answer.ts";

const mostBytes = 1024 * 1024;

/** Reads a body to its end; one that is larger than any form is left where it is. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const part = Buffer.from(chunk);
    bytes += part.byteLength;
    if (bytes > mostBytes) return undefined;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readUrl({ url = "/" }: IncomingMessage, origin: string): URL {
  return URL.canParse(url, origin) ? new URL(url, origin) : new URL("/", origin);
}

/** Makes what serves requests that come over a socket. */
export function createSocketService(desk: Desk): ServeRequest {
  const serve = async (origin: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    if (body === undefined) return void response.writeHead(413, { connection: "close" }).end();
    const { method = "GET", headers, rawHeaders, socket } = incoming;
    const certificate = readCertificate(socket);
    const request = desk.receive({ url: readUrl(incoming, origin), method, headers, rawHeaders, body, certificate });
    response.on("close", () => {
      request.aborted = !response.writableFinished;
    });
    sendAnswer(response, await desk.answer(request));
  };

  return (origin, incoming, response) => {
    serve(origin, incoming, response).catch(() => response.destroy());
  };
}
