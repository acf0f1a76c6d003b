// One of several processes that share tokens, from the built package: an instance for each client. It ends by itself when nobody
// talks to it any more.
import { subscribe } from "node:diagnostics_channel";
import { createClient } from "@redis/client";
import { createBehalf } from "behalf";
import { createRedisStore } from "behalf/redis";
import { Redis } from "ioredis";
import { Redis as Valkey } from "iovalkey";

const { port, options } = JSON.parse(process.argv[2] ?? "{}");
const address = { host: "127.0.0.1", port };

const open = {
  "@redis/client": () => createClient({ socket: address }).connect(),
  ioredis: async () => new Redis(address),
  iovalkey: async () => new Valkey(address),
};

/** @param {keyof typeof open} kind */
async function openInstance(kind) {
  const store = createRedisStore(await open[kind](), { prefix: `${kind}:` });
  await store.read("a name");
  return createBehalf({ ...options, name: kind, environment: false, store });
}

const instances = Object.fromEntries(
  await Promise.all(Object.keys(open).map(async (kind) => [kind, await openInstance(kind)])),
);
/** How many calls of an instance had their token from where. */
const sourcesOf = new Map();
subscribe("behalf:call", ({ instance, tokenSource }) => {
  const sources = sourcesOf.get(instance);
  sources.set(tokenSource, (sources.get(tokenSource) ?? 0) + 1);
});

process.on("message", async ({ id, kind, service, calls }) => {
  const startedAt = performance.now();
  const sources = new Map();
  sourcesOf.set(kind, sources);
  const one = instances[kind].service(service);
  const ends = await Promise.allSettled(Array.from({ length: calls }, () => one.get("/").unwrap()));
  const failures = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
  process.send?.({ id, failures, sources: Object.fromEntries(sources), durationMs: performance.now() - startedAt });
});
process.send?.({ id: "ready" });
