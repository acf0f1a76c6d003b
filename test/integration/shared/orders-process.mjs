// orders-api in a process of its own, from the built package.
import { createClient } from "@redis/client";
import { createBehalf } from "behalf";
import { createRedisStore } from "behalf/redis";

const { port, options } = JSON.parse(process.argv[2] ?? "{}");
const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
client.on("error", () => {});
await client.connect();

const store = createRedisStore(client);
const behalf = createBehalf({ ...options, environment: false, store });
const ignore = () => {};

/** @param {{ headers: readonly string[], url?: string }} shown */
async function judge({ headers, url = "/" }) {
  const incoming = { rawHeaders: headers, method: "GET", url, setResponseHeader: ignore, onHangUp: ignore };
  try {
    await behalf.authenticateCaller(behalf.receive(incoming));
    return "accepted";
  } catch (error) {
    return error.reason ?? String(error);
  }
}

process.on("message", async ({ id, evict, shown }) => {
  const answer = evict ? await behalf.inbound.evict(evict) : await judge(shown);
  process.send?.({ id, answer });
});
// Without `behalf.close()`: what is then left may not keep the process alive.
process.once("disconnect", () => {
  store.close();
  client.destroy();
});
process.send?.({ id: "ready" });
