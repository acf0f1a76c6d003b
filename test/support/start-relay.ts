import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A relay on a port of 127.0.0.1, between a client and a server of any protocol. */
export interface Relay {
  readonly port: number;
  /** Holds back what is sent from now on, each way. */
  slowDown(delayMs: number): void;
  /** Ends every connection; new ones are let through. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a relay to another port of 127.0.0.1. */
export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let delayMs = 0;

  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      if (delayMs === 0) other.write(chunk);
      else setTimeout(() => other.writable && other.write(chunk), delayMs);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
  }

  const server = createServer((socket) => {
    const other = connect(target, "127.0.0.1");
    keep(socket, other);
    keep(other, socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    slowDown(ms) {
      delayMs = ms;
    },
    cut,
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
