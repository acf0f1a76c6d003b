import { ConfigurationError } from "../errors/configuration-error.ts";
import type { OwnAnswer, OwnEndpoint } from "../inbound/own-endpoints.ts";
import type { BehalfHealth } from "./health.ts";

/** Where, and how much, an adapter tells of the health of an instance. */
export interface HealthOptions {
  /** The path that answers 200 while the instance is ready, else 503: compared letter for letter, without the query. */
  readonly path: string;
  /** The path that answers 200 for as long as the process answers at all. @default none */
  readonly livePath?: string;
  /**
   * Whether the answer has all that `behalf.health()` tells: issuers, states, instants, codes of errors. It is given to whoever
   * asks, so leave it out where strangers can.
   *
   * @default false: `{ "status": "ok" }` or `{ "status": "unavailable" }`
   */
  readonly details?: boolean;
}

/** Finds the endpoint that a request is for. */
export type FindEndpoint = (method: string, url: string) => OwnEndpoint | undefined;

/** What can tell of its health. */
export interface HasHealth {
  health(): BehalfHealth;
}

const headers = { "content-type": "application/json", "cache-control": "no-store" };

const toAnswer = (ok: boolean, details?: BehalfHealth): OwnAnswer => ({
  status: ok ? 200 : 503,
  headers,
  body: JSON.stringify({ status: ok ? "ok" : "unavailable", ...details }),
});

function checkPath(name: string, path: unknown): void {
  if (typeof path === "string" && /^\/[^?#]*$/.test(path)) return;
  const fix = 'Give a path of its own, such as "/healthz".';
  throw new ConfigurationError([{ path: name, given: "no such path", fix }]);
}

/**
 * Creates the endpoints by which an instance tells of its health: a path, or a path with options; `undefined` for none. They
 * need no caller, and no answer may be stored. `GET` and `HEAD` are answered. For adapters.
 *
 * @throws {ConfigurationError} for what is no path
 */
export function createHealthEndpoints(behalf: HasHealth, health: string | HealthOptions | undefined): FindEndpoint {
  if (health === undefined) return () => undefined;
  const { path, livePath, details = false }: HealthOptions = typeof health === "string" ? { path: health } : health;
  checkPath("health.path", path);
  if (livePath !== undefined) checkPath("health.livePath", livePath === path ? undefined : livePath);

  const ready = async (): Promise<OwnAnswer> => {
    const present = behalf.health();
    return toAnswer(present.ready, details ? present : undefined);
  };
  const endpoints = new Map<string, OwnEndpoint>([[path, { method: "GET", path, answer: ready }]]);
  if (livePath !== undefined) {
    endpoints.set(livePath, { method: "GET", path: livePath, answer: async () => toAnswer(true) });
  }
  return (method, url) => {
    if (method !== "GET" && method !== "HEAD") return undefined;
    return endpoints.get(url.split("?", 1)[0] ?? url);
  };
}
