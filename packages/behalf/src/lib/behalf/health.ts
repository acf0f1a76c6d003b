import type { ServerHealth } from "../oauth/server-health.ts";
import type { StoreHealth } from "../tokens/shared/guard-store.ts";
import type { Now } from "../values/clock.ts";

/** How an instance is, by what came of what it asked: nothing is asked for this. `JSON.stringify` gives instants as ISO text. */
export interface BehalfHealth {
  /** A process that answers is alive, whoever else is not. */
  readonly live: true;
  /**
   * Whether requests should be sent here. `false` after `close()`, and for as long as nothing works: no token is held, no
   * authorization server has ever answered, and one failed within the last ten seconds. A server that goes away later leaves
   * this `true`: tokens serve on, and what cannot be served is a 503 with `Retry-After`, here as at every other instance.
   *
   * After ten seconds without a failure it is `true` again, so that a request can find out whether the server is back.
   */
  readonly ready: boolean;
  /** The authorization servers that were asked, by issuer. */
  readonly servers: readonly ServerHealth[];
  /** The store that processes share; `undefined` where none is configured. */
  readonly store: StoreHealth | undefined;
}

/** What health is told by. */
export interface HealthSources {
  readonly closed: boolean;
  readonly servers: readonly ServerHealth[];
  readonly store: StoreHealth | undefined;
  /** How many tokens are held: counted only where no server has answered. */
  readonly tokens: () => number;
  readonly now: Now;
}

const recentMs = 10_000;

function worksNothing({ servers, tokens, now }: HealthSources): boolean {
  if (servers.some(({ lastAnswerAt }) => lastAnswerAt !== undefined) || tokens() > 0) return false;
  return servers.some(
    ({ lastErrorAt }) => lastErrorAt !== undefined && Math.abs(now() - lastErrorAt.getTime()) < recentMs,
  );
}

/** Tells how an instance is. */
export function toHealth(sources: HealthSources): BehalfHealth {
  const { closed, servers, store } = sources;
  return { live: true, ready: !closed && !worksNothing(sources), servers, store };
}
