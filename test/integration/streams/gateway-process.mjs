// A gateway in a process of its own, from the built package: its memory is nobody else's.
import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import fastify from "fastify";

const behalf = createBehalf({ ...JSON.parse(process.argv[2] ?? "{}"), environment: false });
const files = behalf.service("files");
const app = fastify();
await app.register(behalfFastify(behalf));
app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
const open = { config: { behalf: { anonymous: true } } };

/** @type {string[]} */
const failures = [];
/** @param {import("node:stream").Readable} stream */
function watch(stream) {
  stream.on("error", (error) => failures.push(String(Reflect.get(error, "code") ?? error.name)));
  return stream;
}

app.get("/download", open, async ({ query }, reply) => {
  const stream = await files
    .get("/download", { query: { ...Object(query) } })
    .stream()
    .unwrap();
  return reply.type("application/octet-stream").send(watch(stream));
});
app.post("/upload", open, async (request) => files.post("/upload", { body: request.raw }).json().unwrap());

const toMegabytes = (bytes) => bytes / 1024 / 1024;
let peak = 0;
function sample() {
  peak = Math.max(peak, process.memoryUsage.rss());
}
setInterval(sample, 20).unref();

const answers = {
  memory() {
    sample();
    return { peakMb: toMegabytes(peak), heapMb: toMegabytes(process.memoryUsage().heapUsed) };
  },
  failures: () => failures,
};
process.on("message", ({ id, question }) => process.send?.({ id, answer: answers[question]() }));
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
process.send?.({ id: "ready", answer: typeof address === "object" ? address?.port : undefined });
