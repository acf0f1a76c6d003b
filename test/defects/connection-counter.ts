import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** An address that passes every byte on to a server, and counts the connections that come to it. */
export interface ConnectionCounter {
  readonly url: string;
  readonly connections: number;
  /** Names the server: before the first connection. */
  passTo(url: string): void;
}

/** Starts a counter on 127.0.0.1 that is closed when the current test ends. */
export async function startConnectionCounter(): Promise<ConnectionCounter> {
  let target = "";
  let connections = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((incoming) => {
    connections += 1;
    const outgoing = connect(Number(new URL(target).port), "127.0.0.1");
    for (const socket of [incoming, outgoing]) keep(socket);
    incoming.pipe(outgoing).pipe(incoming);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    passTo(url) {
      target = url;
    },
  };
}
