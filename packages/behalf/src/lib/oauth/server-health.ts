import type { BehalfErrorCode } from "../errors/behalf-error.ts";
import type { ServerWatch } from "./server-watch.ts";

/** How an authorization server is, by what came of the last requests to it. */
export interface ServerHealth {
  readonly issuer: string;
  /** `degraded`: the last request failed; `down`: so many did that it is left alone, but for a probe every two seconds. */
  readonly state: "ok" | "degraded" | "down";
  /** Since when it is in this state, or was first asked. */
  readonly since: Date;
  /** What the last request failed by that did; `undefined` when none has. */
  readonly lastError: BehalfErrorCode | undefined;
  /** When that was. */
  readonly lastErrorAt: Date | undefined;
  /** When it last answered anything but a 5xx or 429; `undefined` when it never has. */
  readonly lastAnswerAt: Date | undefined;
}

const badness = { ok: 0, degraded: 1, down: 2 } as const;

const toDate = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));

const latest = (one: Date | undefined, other: Date | undefined): Date | undefined =>
  one && other && other > one ? other : (one ?? other);

/** Tells how a server is by its watch, and by since when its breakers keep requests away. */
export function toHealth(issuer: string, watch: ServerWatch, closedSince: number | undefined): ServerHealth {
  const { away, since, lastError } = watch;
  const state = away ? "degraded" : "ok";
  return {
    issuer,
    state: closedSince === undefined ? state : "down",
    since: new Date(closedSince ?? since),
    lastError,
    lastErrorAt: toDate(watch.lastErrorAt),
    lastAnswerAt: toDate(watch.lastAnswerAt),
  };
}

/** One entry for each issuer, which may be reached in several ways: the worst of them, with the latest answer of all. */
export function mergeHealth(all: readonly ServerHealth[]): readonly ServerHealth[] {
  const byIssuer = new Map<string, ServerHealth>();
  for (const one of all) {
    const other = byIssuer.get(one.issuer);
    const worst = !other || badness[one.state] > badness[other.state] ? one : other;
    byIssuer.set(one.issuer, { ...worst, lastAnswerAt: latest(one.lastAnswerAt, other?.lastAnswerAt) });
  }
  return [...byIssuer.values()];
}
