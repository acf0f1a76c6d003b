import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Gate } from "./gate.ts";
import { createProblem } from "./problem.ts";
import { receiveRequest } from "./receive-request.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { ServeRequest } from "./serve-request.ts";

/** A server on 127.0.0.1. */
export interface LocalServer {
  readonly url: string;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts to serve requests on 127.0.0.1. */
export async function listenLocally(port: number, gate: Gate, serve: ServeRequest): Promise<LocalServer> {
  // A body may take its time, so that no time is set for the request as a whole.
  const server = createServer({ insecureHTTPParser: false, requireHostHeader: true, requestTimeout: 0 });
  const refused = new Set<Duplex>();
  server.on("request", (request, response) => void serve({ request, response, expectsContinue: false }));
  server.on("checkContinue", (request, response) => void serve({ request, response, expectsContinue: true }));
  for (const event of ["upgrade", "connect"] as const) {
    server.on(event, (request, socket) => {
      refused.add(socket.once("close", () => refused.delete(socket)));
      const { visit, answerHeaders } = receiveRequest(gate, request, () => {});
      refuseUpgrade(socket, createProblem(501, visit.messageId), answerHeaders);
    });
  }
  await listenOn(server, port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the sidecar does not listen on a port");
  return { url: `http://127.0.0.1:${address.port}`, close: () => closeServer(server, refused) };
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closeServer(server: Server, refused: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
    for (const socket of refused) socket.destroy();
  });
}
