import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "../../support/listen.ts";

/** An answer, as data: raw text stands for all of it, head included. */
export type ScriptedAnswer =
  | { readonly status: number; readonly location?: string | readonly string[] }
  | { readonly raw: string };

/** A server that notes what it receives. */
export interface RecordingServer {
  readonly url: string;
  readonly connections: number;
  /** Method, target and host of each request. */
  readonly requests: readonly ReceivedRequest[];
  /** Every value of a header that carries credentials. */
  readonly credentials: readonly string[];
  /** Answers the coming requests by these, one each; the others by 200. */
  next(...answers: readonly ScriptedAnswer[]): void;
  /** Forgets what it received and what it was told. */
  reset(): void;
  close(): Promise<void>;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly host: string | undefined;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

const credentialHeader = /^(?:authorization|proxy-authorization|dpop|cookie)$/i;

function listCredentials({ rawHeaders }: Pick<ReceivedRequest, "rawHeaders">): readonly string[] {
  return rawHeaders.filter((_part, index) => index % 2 === 1 && credentialHeader.test(rawHeaders[index - 1] ?? ""));
}

function answerBy(answer: ScriptedAnswer, response: ServerResponse): void {
  if ("raw" in answer) {
    response.socket?.end(answer.raw, "latin1");
    return;
  }
  for (const location of [answer.location ?? []].flat()) response.appendHeader("location", location);
  response.writeHead(answer.status).end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startRecordingServer(): Promise<RecordingServer> {
  let requests: ReceivedRequest[] = [];
  let answers: ScriptedAnswer[] = [];
  let connections = 0;
  const { url, close, server, onConnection } = await listen(async (request, response) => {
    const { method = "", url: target = "", headers, rawHeaders } = request;
    requests.push({ method, target, host: headers.host, rawHeaders, body: await readBody(request) });
    answerBy(answers.shift() ?? { status: 200 }, response);
  });
  onConnection(() => {
    connections += 1;
  });
  server.on("connect", ({ rawHeaders }, socket) => {
    requests.push({ method: "CONNECT", target: "", host: undefined, rawHeaders, body: "" });
    socket.destroy();
  });

  return {
    url,
    get connections() {
      return connections;
    },
    get requests() {
      return requests;
    },
    get credentials() {
      return requests.flatMap(listCredentials);
    },
    next: (...scripted) => void answers.push(...scripted),
    reset() {
      requests = [];
      answers = [];
      connections = 0;
    },
    close,
  };
}
