// An API with a refresh token in a process of its own, from the built package. It ends when nobody talks to it any more.
import { createClient } from "@redis/client";
import { createBehalf, fromProvider } from "behalf";
import { createRedisStore } from "behalf/redis";

const { port, host, options } = JSON.parse(process.argv[2] ?? "{}");
const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
client.on("error", () => {});
await client.connect();

let given = { at: 0, since: 0 };
let token = "";
let keeps = true;
const ignore = () => {};
const keep = () => (keeps ? undefined : new Promise(ignore));

const behalf = createBehalf({
  ...options,
  environment: false,
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  now: () => given.at + Math.floor(performance.now() - given.since),
  store: createRedisStore(client),
  services: { stock: { host, grantType: "refreshToken", refreshToken: fromProvider(() => token, { keep }) } },
});

async function call() {
  const outcome = await behalf.service("stock").get("/");
  return outcome.ok ? outcome.value.status : outcome.error.code;
}

process.on("message", async ({ id, calls, at, ...present }) => {
  given = { at, since: performance.now() };
  ({ token, keeps } = present);
  process.send?.({ id, answer: await Promise.all(Array.from({ length: calls }, call)) });
});
process.once("disconnect", () => process.exit(0));
process.send?.({ id: "ready" });
