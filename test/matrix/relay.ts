import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createGate, type Gate } from "../../packages/behalf/src/lib/testing/scripted-as/gate.ts";

/** Carries bytes between clients and a server, without looking at them. */
export interface Relay {
  /** What a client connects to in the place of the server. */
  readonly port: number;
  /** Keeps what clients send waiting. */
  hold(): Gate;
  close(): Promise<void>;
}

/** Starts a relay on 127.0.0.1 in front of a server. */
export async function startRelay(target: URL): Promise<Relay> {
  const sockets = new Set<Socket>();
  let pass: () => Promise<void> = async () => {};
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => other.destroy());
    socket.on("close", () => other.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let last = Promise.resolve();
    keep(client, upstream);
    keep(upstream, client);
    upstream.pipe(client);
    client.on("data", (bytes) => {
      const passed = pass();
      last = last.then(() => passed).then(() => void upstream.write(bytes));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      const gate = createGate();
      pass = gate.pass;
      return gate;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
