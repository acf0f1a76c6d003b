import { once } from "node:events";
import { createServer } from "node:http";
import { createBehalf } from "behalf";
import { behalfExpress } from "behalf/express";
import { type AnyBehalf, behalfFastify } from "behalf/fastify";
import express from "express";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { startAs } from "../support/start-servers.ts";

const openTwo = async (): Promise<readonly [AnyBehalf, AnyBehalf]> => {
  const root = toRoot(await startAs());
  const open = (messageIdHeader: string): AnyBehalf =>
    closeAfterTest(createBehalf({ ...root, messageIdHeader, services: {} }));
  return [open("x-one"), open("x-other")];
};

const readIds = (instances: readonly AnyBehalf[]): readonly (string | undefined)[] =>
  instances.map(({ context }) => context.current()?.messageId());

const headers = { "x-one": "1", "x-other": "2" };

describe("two instances in one application have a context each of a request", () => {
  it("in Fastify", async () => {
    const instances = await openTwo();
    const app = Fastify();
    onTestFinished(() => app.close());
    for (const behalf of instances) await app.register(behalfFastify(behalf, { inbound: false }));
    const config = { behalf: { anonymous: true } };
    app.get("/ids", { config }, async () => readIds(instances));
    expect((await app.inject({ url: "/ids", headers })).json()).toEqual(["1", "2"]);
  });

  it("in Express", async () => {
    const instances = await openTwo();
    const app = express();
    for (const behalf of instances) app.use(behalfExpress(behalf, { anonymous: ["/ids"] }));
    app.get("/ids", (_request, response) => void response.json(readIds(instances)));
    const server = createServer(app).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const answer = await fetch(`http://127.0.0.1:${port}/ids`, { headers });
    expect(await answer.json()).toEqual(["1", "2"]);
  });
});
