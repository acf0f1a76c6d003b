import type { Now } from "../values/clock.ts";
import { type Breaker, createBreaker } from "./breaker.ts";
import { type RequestEnd, toRequestEnd } from "./request-end.ts";
import { ServerClosedError } from "./server-closed-error.ts";
import type { ServerFetch } from "./server-connection.ts";

/** A server whose requests pass breakers. */
export interface GuardedServer {
  /** Rejects with a {@link ServerClosedError}, and sends nothing, while a breaker is open. */
  readonly fetch: ServerFetch;
  /** Since when requests are kept away from one of its origins; `undefined` while they pass. */
  closedSince(): number | undefined;
}

/** Is told how each request ended that was sent. */
export type WatchEnd = (end: RequestEnd) => void;

/** What a guard works with. */
export interface GuardOptions {
  readonly now: Now;
  readonly watch: WatchEnd;
}

/** Sends requests to a server through a breaker for each of its origins: where it is asked for tokens may be another host. */
export function guardServer(fetch: ServerFetch, { now, watch }: GuardOptions): GuardedServer {
  const breakers = new Map<string, Breaker>();

  const breakerOf = (url: string): Breaker => {
    const { origin } = new URL(url);
    const breaker = breakers.get(origin) ?? createBreaker({ now });
    breakers.set(origin, breaker);
    return breaker;
  };

  return {
    async fetch(url, { party, ...request }) {
      const breaker = breakerOf(url);
      const waitMs = breaker.waitMs();
      if (waitMs > 0) throw new ServerClosedError(waitMs);
      const end = breaker.begin();
      const note = (how: RequestEnd): void => {
        end(how, party);
        watch(how);
      };
      try {
        const response = await fetch(url, request);
        note({ kind: "answered", status: response.status });
        return response;
      } catch (error) {
        note(toRequestEnd(error));
        throw error;
      }
    },
    closedSince() {
      const times = [...breakers.values()].flatMap(({ openSince }) => openSince ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
