import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { CallerTokenError, isBehalfError, toProblem } from "behalf";
import { listen } from "../../../test/support/listen.ts";
import type { Gate } from "../src/sidecar/gate.ts";
import type { LocalServer } from "../src/sidecar/listen-locally.ts";
import { createProblem } from "../src/sidecar/problem.ts";
import { runProxy } from "../src/sidecar/run-proxy.ts";
import type { SidecarPlan } from "../src/sidecar/sidecar-plan.ts";

/** The one token that {@link someGate} lets in. */
export const goodToken = "good-token";

/** What it turns the token into. */
export const assertion = "the-assertion";

function readHeader(rawHeaders: readonly string[], name: string): string | undefined {
  const index = rawHeaders.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name);
  return index < 0 ? undefined : rawHeaders[index + 1];
}

/** A gate without a server behind it. */
export const someGate: Gate = {
  receive({ rawHeaders, setResponseHeader }) {
    const messageId = readHeader(rawHeaders, "x-request-id") ?? "message-1";
    setResponseHeader("x-request-id", messageId);
    return {
      messageId,
      async admit() {
        const shown = readHeader(rawHeaders, "authorization");
        if (shown === `Bearer ${goodToken}`) return assertion;
        throw new CallerTokenError(shown === undefined ? "missing" : "inactive");
      },
      answer: (error) =>
        isBehalfError(error) ? toProblem(error, { messageId }) : createProblem(500, `${messageId} ${error}`),
    };
  },
};

/** A proxy in front of an API. */
export interface ProxiedApi extends LocalServer {
  readonly upstreamUrl: string;
  /** How many connections the API has had. */
  connections(): number;
  /** Stops the API alone. */
  closeUpstream(): Promise<void>;
}

/** Starts an API and the proxy in front of it. */
export async function startProxied(api: RequestListener, plan: Partial<SidecarPlan> = {}): Promise<ProxiedApi> {
  const upstream = await listen(api);
  let connections = 0;
  upstream.onConnection(() => void connections++);
  const proxy = await runProxy(
    {
      port: 0,
      service: "orders",
      origin: upstream.url,
      basePath: "",
      timeoutMs: 5_000,
      patienceMs: 60_000,
      assertionHeader: "authorization",
      tokenHeaders: ["authorization"],
      messageIdHeader: "x-request-id",
      tokenPath: "/.sidecar/token",
      ...plan,
    },
    someGate,
  );
  return {
    url: proxy.url,
    upstreamUrl: upstream.url,
    connections: () => connections,
    closeUpstream: upstream.close,
    async close() {
      await proxy.close();
      await upstream.close();
    },
  };
}

/** What is sent through the proxy. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** `later`: the test writes it, and ends it. */
  readonly body?: Readable | "a" | "later";
  readonly token?: string | undefined;
  readonly agent?: Agent;
}

/** The head of an answer, whose body is still to be read. */
export function open(url: string, { method = "GET", headers = {}, body, agent, ...sent }: Sent = {}) {
  const token = "token" in sent ? sent.token : goodToken;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const all = { ...authorization, ...headers };
  const outgoing = request(url, { method, headers: all, agent: agent ?? new Agent(), setHost: true });
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
  });
  if (body instanceof Readable) body.pipe(outgoing);
  else if (body !== "later") outgoing.end(body);
  return { outgoing, head };
}

/** An answer. */
export interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request and reads the whole answer. */
export async function send(url: string, sent: Sent = {}): Promise<Received> {
  const answer = await open(url, sent).head;
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

/** Writes on a bare connection and gives all that comes until it ends. */
export function speak(url: string, lines: readonly string[], body = ""): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let heard = "";
    socket.setEncoding("latin1").on("data", (piece) => {
      heard += piece;
    });
    socket.on("error", reject).on("close", () => resolve(heard));
    socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  });
}
