import type { Server } from "node:http";
import type { HealthOptions, RoutePolicy } from "behalf";
import type { AnyBehalf } from "behalf/fastify";

/** What a route of the contract is told of its request. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

/** A route, in no framework's words. What its handler gives is sent as JSON; what it throws is the framework's to answer. */
export interface ContractRoute {
  readonly method: "GET" | "POST";
  /** As both frameworks write it: `/orders/:sku`. */
  readonly path: string;
  readonly anonymous?: boolean;
  /** What the route asks of its callers. */
  readonly policy?: RoutePolicy;
  readonly handler: (request: RouteRequest) => Promise<unknown>;
}

/** What is said to every adapter in the same words. */
export interface AdapterSettings {
  readonly health?: string | HealthOptions;
}

/** An application with Behalf in it. */
export interface RunningApi {
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

/**
 * Starts an application of one framework with Behalf and these routes. Errors that are not Behalf's are answered by the
 * application's own error handler: 418, with the header `x-answered-by: application` and the error's message.
 */
export type StartApi = (
  behalf: AnyBehalf,
  routes: readonly ContractRoute[],
  settings?: AdapterSettings,
) => Promise<RunningApi>;
