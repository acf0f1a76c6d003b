import { createBehalf, RequestRefusedError } from "behalf";
import { behalfErrorHandler, behalfFastify } from "behalf/fastify";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";

import { toRoot } from "../support/open-behalf.ts";
import { startAs } from "../support/start-servers.ts";

const open = { config: { behalf: { anonymous: true } } };

const answerOwn = (_error: FastifyError, _request: FastifyRequest, reply: FastifyReply): unknown =>
  reply.code(418).send({ answeredBy: "application" });

const refuse = async (): Promise<never> => {
  throw new RequestRefusedError("pathParameter", "sku", "it is empty.");
};

const fail = async (): Promise<never> => {
  throw new Error("the application's own");
};

/** Collects the warnings of this process until the current test ends. */
function collectWarnings(): readonly string[] {
  const warnings: string[] = [];
  const listener = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`);
  process.on("warning", listener);
  onTestFinished(() => void process.off("warning", listener));
  return warnings;
}

async function openApp(): Promise<{ app: FastifyInstance; plugin: ReturnType<typeof behalfFastify> }> {
  const as = await startAs();
  const app = Fastify();
  onTestFinished(() => app.close());
  return { app, plugin: behalfFastify(createBehalf({ ...toRoot(as), services: {} })) };
}

async function readStatuses(app: FastifyInstance, ...paths: readonly string[]): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await app.inject(path)).statusCode);
  return statuses;
}

function addRoutes(app: FastifyInstance): void {
  app.get("/refuse", open, refuse);
  app.get("/fail", open, fail);
}

describe("behalfFastify beside an error handler of the application's own", () => {
  it.each(["before", "after"])("set %s: each answers its errors, and nothing warns", async (when) => {
    const warnings = collectWarnings();
    const { app, plugin } = await openApp();
    if (when === "before") app.setErrorHandler(answerOwn);
    await app.register(plugin);
    if (when === "after") app.setErrorHandler(answerOwn);
    addRoutes(app);
    expect(await readStatuses(app, "/refuse", "/fail")).toEqual([400, 418]);
    expect(warnings).toEqual([]);
  });

  it("starts where overriding an error handler is forbidden", async () => {
    const as = await startAs();
    const app = Fastify({ allowErrorHandlerOverride: false });
    onTestFinished(() => app.close());
    app.setErrorHandler(answerOwn);
    await app.register(behalfFastify(createBehalf({ ...toRoot(as), services: {} })));
    addRoutes(app);
    expect(await readStatuses(app, "/refuse", "/fail")).toEqual([400, 418]);
  });

  it("set on a route answers what is not Behalf's", async () => {
    const { app, plugin } = await openApp();
    await app.register(plugin);
    app.get("/refuse", { ...open, errorHandler: answerOwn }, refuse);
    app.get("/fail", { ...open, errorHandler: answerOwn }, fail);
    expect(await readStatuses(app, "/refuse", "/fail")).toEqual([400, 418]);
  });

  it("set in an inner scope answers what is not Behalf's there", async () => {
    const { app, plugin } = await openApp();
    await app.register(plugin);
    app.register(async (inner) => {
      inner.setErrorHandler(answerOwn);
      addRoutes(inner);
    });
    expect(await readStatuses(app, "/refuse", "/fail")).toEqual([400, 418]);
  });

  it("set for a not-found handler is wrapped by the application", async () => {
    const as = await startAs();
    const behalf = createBehalf({ ...toRoot(as), services: {} });
    const app = Fastify();
    onTestFinished(() => app.close());
    app.setErrorHandler(behalfErrorHandler(behalf, (...[, , reply]) => reply.code(418).send()));
    app.setNotFoundHandler(refuse);
    expect(await readStatuses(app, "/nowhere")).toEqual([400]);
    await behalf.close();
  });
});

describe("behalfFastify without another error handler", () => {
  it("leaves what is not Behalf's to Fastify, which logs it once", async () => {
    const lines: string[] = [];
    const as = await startAs();
    const app = Fastify({ logger: { level: "error", stream: { write: (line: string) => void lines.push(line) } } });
    onTestFinished(() => app.close());
    await app.register(behalfFastify(createBehalf({ ...toRoot(as), services: {} })));
    addRoutes(app);
    const { json, statusCode } = await app.inject("/fail");
    expect([statusCode, json().message]).toEqual([500, "the application's own"]);
    expect(lines).toHaveLength(1);
  });

  it("leaves a thrown value that is no error to Fastify", async () => {
    const { app, plugin } = await openApp();
    await app.register(plugin);
    app.get("/throw", open, async () => Promise.reject("a text"));
    const { statusCode, body } = await app.inject("/throw");
    expect([statusCode, body]).toEqual([500, "a text"]);
  });

  it("serves routes that follow it without waiting for it", async () => {
    const warnings = collectWarnings();
    const { app, plugin } = await openApp();
    app.register(plugin);
    addRoutes(app);
    expect(await readStatuses(app, "/refuse", "/fail")).toEqual([400, 500]);
    expect(warnings).toEqual([]);
  });

  it("writes a problem document whatever schema a route has for its answers", async () => {
    const { app, plugin } = await openApp();
    await app.register(plugin);
    const schema = { response: { "4xx": { type: "object", properties: { code: { type: "string" } } } } };
    app.get("/refuse", { ...open, schema }, refuse);
    const { headers, json } = await app.inject("/refuse");
    expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(json()).toMatchObject({ title: "Bad Request", status: 400 });
  });

  it("closes with the application", async () => {
    const as = await startAs();
    const behalf = createBehalf({ ...toRoot(as), services: {} });
    const app = Fastify();
    await app.register(behalfFastify(behalf));
    await app.close();
    const outcome = await behalf.httpServiceProvider.getClient(undefined, { authenticate: false });
    expect(outcome).toMatchObject({ ok: false, error: { refusal: "closed" } });
  });
});
