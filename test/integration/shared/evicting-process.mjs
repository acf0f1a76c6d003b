// orders-api in a process of its own, from the built package: it calls services, and evicts. It ends by itself when nobody talks
// to it any more.
import { createClient } from "@redis/client";
import { createBehalf } from "behalf";
import { createRedisStore } from "behalf/redis";

const { port, options } = JSON.parse(process.argv[2] ?? "{}");
const client = createClient({ socket: { host: "127.0.0.1", port } });
client.on("error", () => {});
await client.connect();

const behalf = createBehalf({ ...options, environment: false, store: createRedisStore(client) });
const ignore = () => {};
const requests = new Map();

/** @param {string} token */
async function open(token) {
  const incoming = { rawHeaders: ["authorization", `Bearer ${token}`], setResponseHeader: ignore, onHangUp: ignore };
  const request = behalf.receive(incoming);
  await behalf.authenticateCaller(request);
  requests.set(token, request);
  return request;
}

/** @param {{ token: string, service: string }} wanted */
async function call({ token, service }) {
  const request = requests.get(token) ?? (await open(token));
  return behalf.context.run(request, async () => (await behalf.service(service).get("/").unwrap()).status);
}

/** @param {{ capability: string, service: string }} wanted */
async function work({ capability, service }) {
  const outcome = await behalf.runWith(capability, async () => behalf.service(service).get("/"));
  return outcome.ok ? outcome.value.status : outcome.error.reason;
}

/** @param {{ token: string, detach: object }} wanted */
async function detach({ token, detach: given }) {
  const request = requests.get(token) ?? (await open(token));
  return behalf.context.run(request, async () => (await behalf.context.detach(given).unwrap()).seal());
}

/** @param {any} wanted */
async function answer(wanted) {
  if (wanted.evict) return behalf.evict(wanted.evict);
  if (wanted.detach) return detach(wanted);
  if (wanted.capability) return work(wanted);
  return wanted.count ? behalf.stats().tokens.entries : call(wanted);
}

process.on("message", async ({ id, ...wanted }) => {
  process.send?.({ id, answer: await answer(wanted).catch((error) => error.reason ?? String(error)) });
});
process.send?.({ id: "ready" });
