import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type AnyBehalfError, type Behalf, isBehalfError, type RequestContext } from "../../../index.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What Behalf does on this route. */
    readonly behalf?: { readonly anonymous?: boolean };
  }
}

/** Any instance of Behalf, whatever its services are. */
export type AnyBehalf = Omit<Behalf, "service" | "explain">;

/** A Fastify plugin, to be registered before the routes. */
export type BehalfFastifyPlugin = (app: FastifyInstance) => Promise<void>;

/** Fastify's error handler, as `setErrorHandler` takes it. */
export type FastifyErrorHandler = (error: Error, request: FastifyRequest, reply: FastifyReply) => unknown;

function sendProblem(
  behalf: AnyBehalf,
  error: AnyBehalfError,
  { reply, context }: { reply: FastifyReply; context: RequestContext | undefined },
): FastifyReply {
  const { status, headers, body } = behalf.answer(error, context);
  return reply.code(status).headers(headers).send(body);
}

/** Makes an error handler that answers Behalf's errors, and gives all others to the next one. */
export function behalfErrorHandler(behalf: AnyBehalf, next: FastifyErrorHandler): FastifyErrorHandler {
  return (error, request, reply) =>
    isBehalfError(error)
      ? sendProblem(behalf, error, { reply, context: behalf.context.current() })
      : next(error, request, reply);
}

/**
 * Makes Behalf a part of a Fastify application: each request gets its context, its caller is validated, Behalf's errors are
 * answered with a problem document, and closing the application closes Behalf.
 *
 * A route lets requests without a token in by `config: { behalf: { anonymous: true } }`.
 */
export function behalfFastify(behalf: AnyBehalf): BehalfFastifyPlugin {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();

  const plugin: BehalfFastifyPlugin = async (app) => {
    app.addHook("onRequest", (request, reply, done) => {
      const context = behalf.receive({
        rawHeaders: request.raw.rawHeaders,
        setResponseHeader: (name, value) => void (reply.raw.headersSent || reply.header(name, value)),
        onHangUp: (listener) => reply.raw.once("close", () => void (reply.raw.writableFinished || listener())),
      });
      contexts.set(request, context);
      behalf.context.run(context, () => authenticate(behalf, { context, request, reply, done }));
    });
    app.addHook("preValidation", (request, _reply, done) => behalf.context.run(contexts.get(request), done));
    if (behalf.serverTiming) {
      app.addHook("onSend", async (request, reply) => {
        const timing = contexts.get(request)?.timers.toServerTiming();
        if (timing) reply.header("server-timing", timing);
      });
    }
    app.addHook("onClose", () => behalf.close());
    app.setErrorHandler(behalfErrorHandler(behalf, app.errorHandler));
  };

  return Object.assign(plugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "behalf" });
}

interface Admission {
  readonly context: RequestContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly done: (error?: Error) => void;
}

function authenticate(behalf: AnyBehalf, { context, request, reply, done }: Admission): void {
  const refuse = (error: unknown): void => {
    if (isBehalfError(error)) sendProblem(behalf, error, { reply, context });
    else done(error instanceof Error ? error : new Error("The caller could not be looked at."));
  };
  try {
    const caller = behalf.authenticateCaller(context, request.routeOptions.config.behalf);
    if (caller instanceof Promise) caller.then(() => behalf.context.run(context, done), refuse);
    else done();
  } catch (error) {
    refuse(error);
  }
}
