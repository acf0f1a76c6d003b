import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";

const idleMs = 120_000;
const mostWaiting = 4_096;

/**
 * Serves on a free port of the loopback interface and gives the origin. Idle connections outlast every pause of the bench, and
 * a thousand that open at once are all let in.
 */
export async function listen(answer: RequestListener): Promise<string> {
  const server = createServer({ keepAliveTimeout: idleMs }, answer);
  server.listen({ port: 0, host: "127.0.0.1", backlog: mostWaiting });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}
