import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What a gateway answered. */
export interface GatewayAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** A connection that is kept, for one request at a time. */
export interface Connection {
  send(request: Buffer): Promise<GatewayAnswer>;
  close(): void;
}

interface Waiting {
  resolve(answer: GatewayAnswer): void;
  reject(error: Error): void;
}

const headEnd = Buffer.from("\r\n\r\n");
const lengthLine = /\r\ncontent-length: (\d+)/i;

/** Reads an answer; `undefined` while a part of it is missing. Answers without a length are not read. */
export function readAnswer(bytes: Buffer): GatewayAnswer | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const length = lengthLine.exec(head)?.[1];
  if (length === undefined) throw new Error("The answer does not tell its length.");
  const body = bytes.subarray(end + headEnd.length);
  return body.length < Number(length) ? undefined : { status: Number(head.slice(9, 12)), body };
}

function listen(socket: Socket, take: () => Waiting | undefined): void {
  let received: Buffer = Buffer.alloc(0);
  const fail = (error: Error): void => {
    take()?.reject(error);
    socket.destroy();
  };
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("The gateway closed the connection.")));
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    try {
      const answer = readAnswer(received);
      if (!answer) return;
      received = Buffer.alloc(0);
      take()?.resolve(answer);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/**
 * Opens a connection to a gateway. It reads no more of HTTP than the bench needs, so that the load takes little of the
 * cores that the gateway and its backend share with it.
 */
export async function openConnection(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, "connect");
  let waiting: Waiting | undefined;
  const take = (): Waiting | undefined => {
    const taken = waiting;
    waiting = undefined;
    return taken;
  };
  listen(socket, take);
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => void socket.destroy(),
  };
}
