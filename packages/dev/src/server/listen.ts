import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that listens already, and will answer once it has been told how. */
export interface Listener {
  readonly url: string;
  answerWith(listener: RequestListener): void;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts to listen: the port has to be known before the issuer can be named. */
export async function listen(host: string, port: number): Promise<Listener> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${readPort(server.address())}`,
    answerWith: (listener) => void server.on("request", listener),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new TypeError("the server does not listen on a port");
  return address.port;
}
