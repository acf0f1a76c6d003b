import type { Now } from "../values/clock.ts";
import type { RequestEnd } from "./request-end.ts";

/** Notes how a request ended that was let pass. `party` is the stranger for whom it was sent, if any. */
export type EndRequest = (end: RequestEnd, party?: string) => void;

/** Keeps requests from a server that cannot be reached. */
export interface Breaker {
  /** How long requests are to stay away, in milliseconds; 0 when the next one may pass. */
  waitMs(): number;
  /** Lets a request pass: as the one probe, where the server is thought to be away. */
  begin(): EndRequest;
  /** Since when requests are kept away; `undefined` while they pass. */
  readonly openSince: number | undefined;
}

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  readonly now: Now;
  /** After how many failures in a row. @default 5 */
  readonly opensAfter?: number | undefined;
  /** How long it is open before the next probe, in milliseconds. @default 2000 */
  readonly openForMs?: number | undefined;
}

/** How long those stay away who come while a probe is under way. */
const probingMs = 1_000;

const isFailure = (end: RequestEnd): boolean => end.kind === "away" || (end.kind === "answered" && end.status >= 500);

/**
 * Creates a breaker: closed, until so many requests in a row fail by the network, by time or by a 5xx. Then a request passes
 * every two seconds, alone, and the first answer that is no 5xx closes it. A 4xx is an answer.
 *
 * A stranger's token may make a server fail or think for long: of one stranger, only the first such failure counts.
 */
export function createBreaker({ now, opensAfter = 5, openForMs = 2_000 }: BreakerOptions): Breaker {
  const failures = new Set<string | symbol>();
  let open: { readonly since: number; probeAt: number; probing: boolean } | undefined;

  const fail = (end: RequestEnd, { party, isProbe }: { party: string | undefined; isProbe: boolean }): void => {
    if (open) {
      if (isProbe) open.probeAt = now() + openForMs;
      return;
    }
    const isNobodysFault = end.kind === "away" && end.reason === "network";
    failures.add(isNobodysFault ? Symbol("failure") : (party ?? Symbol("failure")));
    if (failures.size >= opensAfter) open = { since: now(), probeAt: now() + openForMs, probing: false };
  };

  return {
    waitMs() {
      if (!open) return 0;
      if (open.probing) return probingMs;
      const leftMs = open.probeAt - now();
      // A clock that was put back ends the time rather than prolongs it.
      return leftMs > openForMs ? 0 : Math.max(leftMs, 0);
    },
    begin() {
      const probed = open;
      if (probed) probed.probing = true;
      return (end, party) => {
        if (probed) probed.probing = false;
        if (isFailure(end)) fail(end, { party, isProbe: probed !== undefined && probed === open });
        else if (end.kind === "answered") {
          failures.clear();
          open = undefined;
        }
      };
    },
    get openSince() {
      return open?.since;
    },
  };
}
