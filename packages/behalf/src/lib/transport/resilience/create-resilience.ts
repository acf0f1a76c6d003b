import { LRUCache } from "lru-cache";
import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import { type BreakerSettings, defaultRetry } from "../../values/call-settings.ts";
import type { Now } from "../../values/clock.ts";
import type { Attempt, Resilience, ResilientCall } from "../resilience.ts";
import type { WireAnswer } from "../wire.ts";
import { BackendBreaker } from "./backend-breaker.ts";
import { Bulkhead } from "./bulkhead.ts";
import { ResilientSending } from "./resilient-sending.ts";
import { RetryBudget } from "./retry-budget.ts";
import { startTime } from "./time-left.ts";
import { type StartTimer, startTimer as startNodeTimer } from "./timers.ts";

/** What calls are sent resiliently with. */
export interface ResilienceOptions {
  readonly diagnostics: Diagnostics;
  /** The monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
  /** The clock on the wall, with which the date of a `Retry-After` is compared. @default Date.now */
  readonly wallNow?: Now;
  /** Gives a number from 0 to below 1. @default Math.random */
  readonly random?: () => number;
  /** @default timers of Node */
  readonly startTimer?: StartTimer;
}

/** What is known of the origins. */
interface Origins {
  bulkhead(call: ResilientCall): Bulkhead | undefined;
  breaker(call: ResilientCall): BackendBreaker | undefined;
  budget(call: ResilientCall): RetryBudget;
}

const mostKept = 1_000;

/** Gives the same one for the same origin and the same settings, whoever configured them. The thousand used last are kept. */
function createKept<value extends object>(): (key: readonly unknown[], create: () => value) => value {
  const kept = new LRUCache<string, value>({ max: mostKept });
  return (parts, create) => {
    const key = parts.join(" ");
    const one = kept.get(key) ?? create();
    kept.set(key, one);
    return one;
  };
}

function createOrigins({
  diagnostics,
  now,
  startTimer,
}: Pick<Required<ResilienceOptions>, "diagnostics" | "now" | "startTimer">): Origins {
  const bulkheads = createKept<Bulkhead>();
  const breakers = createKept<BackendBreaker>();
  const budgets = createKept<RetryBudget>();
  const createBreaker = ({ origin }: ResilientCall, settings: BreakerSettings): BackendBreaker =>
    new BackendBreaker(settings, {
      now,
      changed: (change) =>
        diagnostics.publish("behalf:state", (instance) => ({ instance, what: `backend ${origin}`, ...change }), true),
    });

  return {
    bulkhead({ origin, bulkhead }) {
      if (!bulkhead) return undefined;
      const key = [origin, bulkhead.maxConcurrent, bulkhead.maxQueued];
      return bulkheads(key, () => new Bulkhead(bulkhead, startTimer));
    },
    breaker(call) {
      const { origin, breaker } = call;
      if (!breaker) return undefined;
      const key = [origin, breaker.failureRatio, breaker.minCalls, breaker.windowMs, breaker.openMs];
      return breakers(key, () => createBreaker(call, breaker));
    },
    budget({ origin, retry = defaultRetry }) {
      const { budget: share } = retry;
      return budgets([origin, share], () => new RetryBudget(share));
    },
  };
}

/** A stream keeps the place of its call until it ends: so long, the backend is busy with it. */
function leaveWhenRead({ stream }: WireAnswer, bulkhead: Bulkhead): void {
  if (stream && !stream.closed) stream.once("close", () => bulkhead.leave());
  else bulkhead.leave();
}

/** Creates what calls are sent resiliently with. Its state is its own: of each origin, for each value of the settings. */
export function createResilience({
  diagnostics,
  now = () => performance.now(),
  wallNow = Date.now,
  random = Math.random,
  startTimer = startNodeTimer,
}: ResilienceOptions): Resilience {
  const origins = createOrigins({ diagnostics, now, startTimer });

  return {
    async send(call: ResilientCall, attempt: Attempt): Promise<WireAnswer> {
      const left = startTime(call.timeoutMs, now);
      const bulkhead = origins.bulkhead(call);
      await bulkhead?.enter({ timeoutMs: left(), cancellations: call.cancellations });
      try {
        const parts = {
          breaker: origins.breaker(call),
          budget: origins.budget(call),
          startTimer,
          left,
          random,
          wallNow,
        };
        const answer = await new ResilientSending(call, attempt, parts).run();
        if (bulkhead) leaveWhenRead(answer, bulkhead);
        return answer;
      } catch (error) {
        bulkhead?.leave();
        throw error;
      }
    },
  };
}
