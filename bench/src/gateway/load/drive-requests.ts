import type { Load } from "../../measuring/drive.ts";
import { type Connection, openConnection } from "./connection.ts";

/** What is sent, and what must come back each time. */
export interface Traffic {
  readonly origin: string;
  /** One a caller, in rotation. */
  readonly requests: readonly Buffer[];
  /** The length of the body that a right answer has. */
  readonly bodyLength: number;
}

/** Connections that are open, ready to send. */
export interface OpenTraffic {
  /** Sends the requests and gives how many there were in a second. */
  drive(): Promise<number>;
  close(): void;
}

/** Opens as many connections as there are requests at a time. */
export async function openTraffic(traffic: Traffic, { calls, concurrency }: Load): Promise<OpenTraffic> {
  const { origin, requests, bodyLength } = traffic;
  const connections = await Promise.all(Array.from({ length: concurrency }, () => openConnection(origin)));
  let sent = 0;
  const sendInTurn = async (connection: Connection): Promise<void> => {
    while (sent < calls) {
      const request = requests[sent % requests.length];
      sent += 1;
      if (!request) throw new RangeError("There is nothing to send.");
      const { status, body } = await connection.send(request);
      if (status !== 200 || body.length !== bodyLength) throw new Error(`The gateway answered ${status}.`);
    }
  };
  return {
    async drive() {
      const startedAt = performance.now();
      await Promise.all(connections.map(sendInTurn));
      return (calls * 1000) / (performance.now() - startedAt);
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
