import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import {
  type AnyBehalfError,
  type Behalf,
  createHealthEndpoints,
  fromNodeRequest,
  type HealthOptions,
  isBehalfError,
  type OwnEndpoint,
  type RequestContext,
  type RoutePolicy,
  toNodeAnswer,
} from "../../../index.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route asks of its callers. */
    readonly behalf?: RoutePolicy;
  }
}

/** Any instance of Behalf, whatever its services are. */
export type AnyBehalf = Omit<Behalf, "service" | "explain">;

/** A Fastify plugin, to be registered before the routes. */
export type BehalfFastifyPlugin = (app: FastifyInstance) => Promise<void>;

/** Fastify's error handler, as `setErrorHandler` takes it. */
export type FastifyErrorHandler = (error: Error, request: FastifyRequest, reply: FastifyReply) => unknown;

/** Settings of the adapter. */
export interface BehalfFastifyOptions {
  /**
   * Whether callers are validated. `false` lets every request in, for an application that guards its routes itself; it is
   * needed where no `inbound` is configured, so that no missing setting opens all routes.
   *
   * @default true
   */
  readonly inbound?: boolean;
  /**
   * Where the adapter tells of the health of the instance: a path in full, such as `/healthz`, or a path with options. It
   * answers 200 while requests should be sent here, else 503, to anybody, and says no more than that unless told to.
   *
   * @default nowhere
   */
  readonly health?: string | HealthOptions;
}

/** The contexts of one instance's requests. */
interface Contexts {
  get(request: FastifyRequest): RequestContext | undefined;
  set(request: FastifyRequest, context: RequestContext): void;
}

const contextsByInstance = new WeakMap<AnyBehalf, Contexts>();

/** On the request itself, by a key that no other instance has: a `WeakMap` with an entry a request costs the collector much. */
function createContexts(): Contexts {
  const key = Symbol("behalf");
  type Holder = FastifyRequest & { [key]?: RequestContext };
  return {
    get: (request: Holder) => request[key],
    set(request: Holder, context) {
      request[key] = context;
    },
  };
}

function contextsOf(behalf: AnyBehalf): Contexts {
  const contexts = contextsByInstance.get(behalf) ?? createContexts();
  contextsByInstance.set(behalf, contexts);
  return contexts;
}

type RouteErrorHandler = NonNullable<RouteOptions["errorHandler"]>;

function sendProblem(
  behalf: AnyBehalf,
  error: AnyBehalfError,
  { reply, context }: { reply: FastifyReply; context: RequestContext | undefined },
): FastifyReply {
  const { status, headers, body } = behalf.answer(error, context);
  return reply.code(status).headers(headers).send(JSON.stringify(body));
}

/**
 * Makes an error handler that answers Behalf's errors, and gives all others to the next one. For those places that the
 * plugin does not reach: a handler of an application that registers the plugin without waiting for it, or of a not-found
 * handler that calls backend services.
 */
export function behalfErrorHandler(behalf: AnyBehalf, next: FastifyErrorHandler): FastifyErrorHandler {
  return (error, request, reply) =>
    isBehalfError(error)
      ? sendProblem(behalf, error, { reply, context: contextsOf(behalf).get(request) })
      : next(error, request, reply);
}

/** Answers Behalf's errors on one route; all others go on to the route's own error handler, or to that of its scope. */
function toRouteErrorHandler(behalf: AnyBehalf, own: RouteErrorHandler | undefined): RouteErrorHandler {
  return (error, request, reply) => {
    if (isBehalfError(error)) return sendProblem(behalf, error, { reply, context: contextsOf(behalf).get(request) });
    if (own) return own.call(request.server, error, request, reply);
    if (error instanceof Error) throw error;
    return request.server.errorHandler(error, request, reply);
  };
}

const hasRoutes = (app: FastifyInstance): boolean => !app.printRoutes().includes("(empty tree)");

/**
 * Makes Behalf a part of a Fastify application: each request gets its context, its caller is validated, Behalf's errors are
 * answered with a problem document, and closing the application closes Behalf.
 *
 * A route says what it asks of its callers in `config: { behalf: { … } }`: `{ anonymous: true }` lets requests without a token
 * in, `{ scopes: "orders:write" }` wants a scope. Register the plugin before those
 * that have routes. A hook that calls back out of another request's asynchronous context, as some database clients do,
 * is followed by a handler in the right one; what the hook itself does is not.
 *
 * Fastify knows one error handler in a scope, and warns (FSTWRN004) when a second one is set. An application with one of its
 * own waits for the plugin, `await app.register(behalfFastify(behalf))`, and declares its routes after that: the plugin then
 * answers Behalf's errors route by route, and the application's handler, set before or after, gets all others. To routes
 * that are there before the plugin has loaded, its only way is to set an error handler itself, in front of the present one.
 *
 * @throws {ConfigurationError} when no `inbound` is configured, and the options do not say that this is meant
 */
export function behalfFastify(
  behalf: AnyBehalf,
  { inbound = true, health }: BehalfFastifyOptions = {},
): BehalfFastifyPlugin {
  if (inbound) behalf.inbound.checkPolicy({});
  const findHealth = createHealthEndpoints(behalf, health);
  const contexts = contextsOf(behalf);

  const plugin: BehalfFastifyPlugin = async (app) => {
    app.addHook("onRequest", (request, reply, done) => {
      const context = receive(behalf, request, reply);
      contexts.set(request, context);
      const { method = "", url = "" } = request.raw;
      const endpoint = findHealth(method, url) ?? behalf.inbound.findEndpoint(method, url);
      if (endpoint) answerFrom(endpoint, { behalf, context, request, reply });
      else behalf.context.run(context, () => authenticate(behalf, { context, request, reply, done }));
    });
    app.addHook("preValidation", (request, _reply, done) => behalf.context.run(contexts.get(request), done));
    if (behalf.serverTiming) {
      app.addHook("onSend", async (request, reply) => {
        const timing = contexts.get(request)?.timers.toServerTiming();
        if (timing) reply.header("server-timing", timing);
      });
    }
    app.addHook("onClose", () => behalf.close());
    app.addHook("onRoute", (route) => {
      const { handler } = route;
      if (inbound) behalf.inbound.checkPolicy(route.config?.behalf ?? {});
      route.handler = function handleInContext(request, reply) {
        return behalf.context.run(contexts.get(request), () => handler.call(this, request, reply));
      };
      route.errorHandler = toRouteErrorHandler(behalf, route.errorHandler);
    });
    if (hasRoutes(app)) app.setErrorHandler(behalfErrorHandler(behalf, app.errorHandler));
  };

  return Object.assign(plugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "behalf" });
}

function receive(behalf: AnyBehalf, request: FastifyRequest, reply: FastifyReply): RequestContext {
  const answer = toNodeAnswer(reply.raw, (name, value) => reply.header(name, value));
  return behalf.receive(fromNodeRequest(request.raw, answer));
}

interface OwnRequest {
  readonly behalf: AnyBehalf;
  readonly context: RequestContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers a request to an endpoint of Behalf's own, which goes no further. */
function answerFrom(endpoint: OwnEndpoint, { behalf, context, request, reply }: OwnRequest): void {
  endpoint.answer(request.raw).then(
    ({ status, headers, body }) => reply.code(status).headers(headers).send(body),
    (error: unknown) => (isBehalfError(error) ? sendProblem(behalf, error, { reply, context }) : reply.send(error)),
  );
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
