import { AsyncResource } from "node:async_hooks";
import { createBehalf } from "behalf";
import { behalfFastify } from "behalf/fastify";
import Fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { toRoot } from "../support/open-behalf.ts";
import { startAs } from "../support/start-servers.ts";

it("the context is there again after a hook that left it", async () => {
  const as = await startAs();
  const behalf = createBehalf({ ...toRoot(as), services: {} });
  const outside = new AsyncResource("a pool of connections");
  const app = Fastify();
  onTestFinished(() => app.close());
  await app.register(behalfFastify(behalf));
  app.addHook("preParsing", (...[, , payload, done]) => outside.runInAsyncScope(() => done(null, payload)));
  const config = { behalf: { anonymous: true } };
  app.post("/items", { config }, async () => ({ inside: behalf.context.current() !== undefined }));
  const answer = await app.inject({ method: "POST", url: "/items", payload: { a: 1 } });
  expect(answer.json()).toEqual({ inside: true });
});
