import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";

/** One request, and the connection to answer it on, byte for byte. */
export interface Turn {
  readonly socket: Socket;
  readonly method: string;
  readonly path: string;
  /** How many requests to this path came before. */
  readonly round: number;
  /** Breaks the connection off at once, below TLS too. */
  readonly reset: () => void;
  /** Ends the connection below TLS, without the goodbye of TLS. */
  readonly cut: () => void;
}

/** Answers, or does not. It comes as soon as the head of a request is there. */
export type Script = (turn: Turn) => void;

/** A server that sends what it is told to, and counts. */
export interface ScriptedServer {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly paths: readonly string[];
  /** How many connections were opened. */
  readonly connections: number;
  /** The connections that are open. */
  readonly open: ReadonlySet<Socket>;
  /** What answers requests to this path from now on. */
  on(path: string, script: Script): void;
}

/** What a server needs to speak TLS, PEM. */
export interface ServerKeys {
  readonly certificate: string;
  readonly privateKey: string;
}

const headEnd = "\r\n\r\n";

/** Tells of each head of a request among the bytes of a connection, and passes over bodies. */
function readHeads(socket: Socket, heard: (head: string) => void): void {
  let text = "";
  let left = 0;
  let chunked = false;
  const next = (): boolean => {
    if (left > text.length) return false;
    text = text.slice(left);
    left = 0;
    if (chunked) {
      const end = text.indexOf(`0${headEnd}`);
      if (end === -1) return false;
      text = text.slice(end + 5);
      chunked = false;
    }
    const end = text.indexOf(headEnd);
    if (end === -1) return false;
    const head = text.slice(0, end);
    text = text.slice(end + headEnd.length);
    left = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    chunked = /^transfer-encoding: chunked$/im.test(head);
    heard(head);
    return true;
  };
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    while (next());
  });
}

/** Starts a server that ends with the current test; a test that runs beside others says itself when it ends. */
export async function startScriptedServer(keys?: ServerKeys, atEnd = onTestFinished): Promise<ScriptedServer> {
  const scripts = new Map<string, Script>();
  const paths: string[] = [];
  const open = new Set<Socket>();
  const wires = new Map<number | undefined, Socket>();
  let connections = 0;

  const accept = (socket: Socket): void => {
    connections += 1;
    // What is written later arrives then, and not with the next acknowledgement.
    socket.setNoDelay();
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => {});
    readHeads(socket, (head) => {
      const [method = "", path = ""] = head.split(" ");
      const round = paths.filter((before) => before === path).length;
      paths.push(path);
      const wire = wires.get(socket.remotePort);
      const breaks = { reset: () => wire?.resetAndDestroy(), cut: () => void wire?.destroy() };
      scripts.get(path)?.({ socket, method, path, round, ...breaks });
    });
  };

  const server = keys
    ? createTlsServer({ cert: keys.certificate, key: keys.privateKey }, accept)
    : createServer(accept);
  server.on("connection", (wire: Socket) => void wires.set(wire.remotePort, wire));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port");
  atEnd(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    url: `${keys ? "https" : "http"}://localhost:${address.port}`,
    paths,
    open,
    get connections() {
      return connections;
    },
    on: (path, script) => void scripts.set(path, script),
  };
}
