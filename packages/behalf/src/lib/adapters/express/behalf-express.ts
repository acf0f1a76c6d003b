import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from "express";
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

/** Any instance of Behalf, whatever its services are. */
export type AnyBehalf = Omit<Behalf, "service" | "explain">;

/** Which requests are let in without a token: those to a path, or those that a function picks. */
export type AnonymousRoute = string | ((request: Request) => boolean);

/** Settings of the adapter. */
export interface BehalfExpressOptions {
  /** Paths in full, such as `/health`, compared letter for letter. @default none */
  readonly anonymous?: readonly AnonymousRoute[];
  /**
   * What is asked of a request's caller where the authenticators must be known ahead of the routes. Express takes `/AUDIT` and
   * `/audit/` for `/audit`: what guards a route belongs to the route, where {@link behalfRoute} says it.
   *
   * @default nothing
   */
  readonly policy?: (request: Request) => RoutePolicy | undefined;
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
  get(response: Response): RequestContext | undefined;
  set(response: Response, context: RequestContext): void;
}

const contextsByInstance = new WeakMap<AnyBehalf, Contexts>();

/**
 * Among what Express keeps for each request, by a key that no other instance has. On the request itself, where Express has changed
 * its prototype, one more property costs four times as much, and a `WeakMap` with an entry a request costs the collector much.
 */
function createContexts(): Contexts {
  const key = Symbol("behalf");
  type Locals = Partial<Record<symbol, RequestContext>>;
  return {
    get({ locals }) {
      const kept: Locals | undefined = locals;
      return kept?.[key];
    },
    set(response, context) {
      const kept: Locals = response.locals ?? {};
      kept[key] = context;
      response.locals ??= kept;
    },
  };
}

function contextsOf(behalf: AnyBehalf): Contexts {
  const contexts = contextsByInstance.get(behalf) ?? createContexts();
  contextsByInstance.set(behalf, contexts);
  return contexts;
}

function sendProblem(
  behalf: AnyBehalf,
  error: AnyBehalfError,
  { response, context }: { response: Response; context: RequestContext | undefined },
): void {
  const { status, headers, body } = behalf.answer(error, context);
  response.status(status).set(headers).send(JSON.stringify(body));
}

function addServerTiming(response: Response, context: RequestContext): void {
  const writeHead = response.writeHead;
  response.writeHead = (...head: [number]) => {
    const timing = context.timers.toServerTiming();
    if (timing) response.setHeader("server-timing", timing);
    return writeHead.apply(response, head);
  };
}

function receive(behalf: AnyBehalf, request: Request, response: Response): RequestContext {
  const context = behalf.receive(
    fromNodeRequest(
      request,
      toNodeAnswer(response, (name, value) => response.setHeader(name, value)),
    ),
  );
  if (behalf.serverTiming) addServerTiming(response, context);
  contextsOf(behalf).set(response, context);
  return context;
}

function isAnonymous(request: Request, routes: readonly AnonymousRoute[]): boolean {
  const path = `${request.baseUrl}${request.path}`;
  return routes.some((route) => (typeof route === "string" ? route === path : route(request) === true));
}

const nothingAsked: RoutePolicy = {};
const letsAnybodyIn: RoutePolicy = { anonymous: true };

interface Passage {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
}

/** Answers a request to an endpoint of Behalf's own, which goes no further. */
function answerFrom(endpoint: OwnEndpoint, request: Request, response: Response): Promise<void> {
  return endpoint
    .answer(request)
    .then(({ status, headers, body }) => void response.status(status).set(headers).send(body));
}

/** Lets a request pass to the next handler, in its own context, once its caller is validated. */
function pass(behalf: AnyBehalf, { request, response, next }: Passage, policy: RoutePolicy): void {
  const context = contextsOf(behalf).get(response) ?? receive(behalf, request, response);
  const refuse = (error: unknown): void => {
    if (isBehalfError(error) && !response.headersSent) sendProblem(behalf, error, { response, context });
    else next(error);
  };
  behalf.context.run(context, () => {
    try {
      const endpoint = behalf.inbound.findEndpoint(request.method, request.originalUrl);
      if (endpoint) {
        answerFrom(endpoint, request, response).catch(refuse);
        return;
      }
      const caller = behalf.authenticateCaller(context, policy);
      if (caller instanceof Promise) caller.then(() => behalf.context.run(context, next), refuse);
      else next();
    } catch (error) {
      refuse(error);
    }
  });
}

/**
 * Makes Behalf a part of an Express application: each request gets its context, and its caller is validated. To be used
 * before the routes and before what parses bodies; {@link behalfExpressErrors} goes behind them.
 *
 * Middleware that calls back from a connection which another request opened, as some session and database clients do, goes
 * on in that request's asynchronous context, which is another caller's. Use this function a second time behind it: the
 * request then goes on in its own. Where `ambientContext` is `false`, do so behind all that waits, such as parsers of bodies,
 * or have {@link behalfRoute} before the handlers. Express has no hook for its end: call `behalf.close()` when the server has closed.
 *
 * @throws {ConfigurationError} when no `inbound` is configured, and the options do not say that this is meant
 */
export function behalfExpress(
  behalf: AnyBehalf,
  { anonymous = [], policy = () => undefined, inbound = true, health }: BehalfExpressOptions = {},
): RequestHandler {
  if (inbound) behalf.inbound.checkPolicy(nothingAsked);
  const findHealth = createHealthEndpoints(behalf, health);
  return (request, response, next) => {
    const endpoint = findHealth(request.method, request.originalUrl);
    if (endpoint) {
      answerFrom(endpoint, request, response).catch(next);
      return;
    }
    const asked =
      policy(request) ?? (anonymous.length > 0 && isAnonymous(request, anonymous) ? letsAnybodyIn : nothingAsked);
    pass(behalf, { request, response, next }, asked);
  };
}

/**
 * Makes a handler that stands before those of one route and says what it asks of its callers:
 * `app.post("/orders", behalfRoute(behalf, { scopes: "orders:write" }), …)`. Whom `behalfExpress` has let in is not validated
 * again, unless the policy names the authenticators.
 *
 * @throws {ConfigurationError} when no `inbound` is configured
 * @throws {TypeError} for an authenticator that is not configured
 */
export function behalfRoute(behalf: AnyBehalf, policy: RoutePolicy): RequestHandler {
  behalf.inbound.checkPolicy(policy);
  return (request, response, next) => pass(behalf, { request, response, next }, policy);
}

/** Makes the error handler that answers Behalf's errors with a problem document, and leaves all others to the next one. */
export function behalfExpressErrors(behalf: AnyBehalf): ErrorRequestHandler {
  const answer: ErrorRequestHandler = (...[error, , response, next]) => {
    if (!isBehalfError(error) || response.headersSent) next(error);
    else sendProblem(behalf, error, { response, context: contextsOf(behalf).get(response) });
  };
  // Express tells an error handler from others by its four parameters.
  return Object.defineProperty(answer, "length", { value: 4 });
}
