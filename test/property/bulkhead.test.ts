import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { createResilience } from "../../packages/behalf/src/lib/transport/resilience/create-resilience.ts";
import { OwnCancellation } from "../../packages/behalf/src/lib/transport/resilience/own-cancellation.ts";
import type { Attempt } from "../../packages/behalf/src/lib/transport/resilience.ts";
import type { Cancellable } from "../../packages/behalf/src/lib/values/cancellation.ts";
import { createManualTimers } from "../support/manual-timers.ts";
import { result, someCall, someRetry } from "../support/open-resilience.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { chooseSeed } from "../support/seed.ts";

const seed = chooseSeed("bulkhead");

interface PlannedCall {
  readonly timeoutMs: number;
  readonly gives: "answer" | "stream" | "failure" | "503";
  readonly retries: boolean;
}

type Step =
  | { readonly kind: "call"; readonly call: PlannedCall }
  | { readonly kind: "answer" }
  | { readonly kind: "hangUp" | "endStream"; readonly which: number }
  | { readonly kind: "wait"; readonly ms: number };

const call: fc.Arbitrary<PlannedCall> = fc.record({
  timeoutMs: fc.constantFrom(5, 150, 30_000),
  gives: fc.constantFrom("answer" as const, "stream" as const, "failure" as const, "503" as const),
  retries: fc.boolean(),
});
const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: call.map((planned): Step => ({ kind: "call", call: planned })) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: "answer" }) },
  { weight: 2, arbitrary: which.map((index): Step => ({ kind: "hangUp", which: index })) },
  { weight: 2, arbitrary: which.map((index): Step => ({ kind: "endStream", which: index })) },
  { weight: 2, arbitrary: fc.constantFrom(1, 5, 100, 200).map((ms): Step => ({ kind: "wait", ms })) },
);

const bulkhead = { maxConcurrent: 3, maxQueued: 4 };

/** A caller who may hang up. It knows who listens. */
class Caller extends OwnCancellation {
  readonly listening = new Set<Cancellable>();

  override add(one: Cancellable): void {
    this.listening.add(one);
    super.add(one);
  }

  override delete(one: Cancellable): void {
    this.listening.delete(one);
    super.delete(one);
  }
}

/** Calls through one bulkhead, whose attempts are answered in any order. */
function createWorld(scheduler: fc.Scheduler) {
  const timers = createManualTimers();
  const { now, startTimer } = timers;
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  const resilience = createResilience({ diagnostics, now, startTimer, random: () => 1 });
  const callers: Caller[] = [];
  const streams: Readable[] = [];
  const counts = { busy: 0, most: 0, waiting: 0 };

  const attemptOf =
    (gives: PlannedCall["gives"]): Attempt =>
    ({ cancellations }) =>
      new Promise((resolve, reject) => {
        counts.busy += 1;
        counts.most = Math.max(counts.most, counts.busy);
        let over = false;
        const end = (settle: () => void, keepsBusy = false): void => {
          if (over) return;
          over = true;
          if (!keepsBusy) counts.busy -= 1;
          for (const cancellation of cancellations) cancellation.delete(listener);
          settle();
        };
        const listener = { abort: (reason: unknown) => end(() => reject(reason)) };
        for (const cancellation of cancellations) cancellation.add(listener);
        scheduler.schedule(Promise.resolve(), gives).then(() => {
          if (over) return;
          if (gives === "failure") return end(() => reject(result.failure("unreachable").gives));
          if (gives !== "stream") return end(() => resolve(result.answer(gives === "503" ? 503 : 200)));
          const stream = new Readable({
            read() {},
            destroy(error, callback) {
              counts.busy -= 1;
              callback(error);
            },
          });
          streams.push(stream);
          end(() => resolve({ ...result.answer(200), stream }), true);
        });
      });

  return {
    timers,
    callers,
    streams,
    counts,
    send({ timeoutMs, gives, retries }: PlannedCall): void {
      const caller = new Caller();
      callers.push(caller);
      counts.waiting += 1;
      const retry = retries ? someRetry : undefined;
      const planned = { ...someCall, bulkhead, timeoutMs, retry, cancellations: [caller] };
      const ended = (): void => {
        counts.waiting -= 1;
      };
      resilience.send(planned, attemptOf(gives)).then(ended, ended);
    },
  };
}

type World = ReturnType<typeof createWorld>;

async function take(one: Step, { timers, callers, streams, send }: World, scheduler: fc.Scheduler): Promise<void> {
  if (one.kind === "call") send(one.call);
  if (one.kind === "answer" && scheduler.count() > 0) await scheduler.waitOne();
  if (one.kind === "hangUp") callers.at(one.which % Math.max(1, callers.length))?.cancel("gone");
  if (one.kind === "endStream") streams.at(one.which % Math.max(1, streams.length))?.destroy();
  if (one.kind === "wait") await timers.advance(one.ms);
}

/** Lets everything be answered and every stream end, until nobody waits. */
async function settle({ timers, streams, counts }: World, scheduler: fc.Scheduler): Promise<void> {
  for (let round = 0; round < 100 && (counts.waiting > 0 || counts.busy > 0); round += 1) {
    while (scheduler.count() > 0) await scheduler.waitOne();
    for (const stream of streams) stream.destroy();
    await timers.advance(1_000);
    await turn();
  }
}

describe("a bulkhead", () => {
  it("is never above its bound and loses no place, whoever gives up when", { timeout: 60_000 }, async () => {
    const steps = fc.array(fc.tuple(step, fc.boolean()), { maxLength: 80, size: "max" });
    const property = fc.asyncProperty(fc.scheduler(), steps, async (scheduler, taken) => {
      const world = createWorld(scheduler);
      for (const [one, turns] of taken) {
        await take(one, world, scheduler);
        if (turns) await turn();
      }
      await settle(world, scheduler);
      const { counts, callers, timers } = world;
      expect([counts.busy, counts.waiting, timers.running]).toEqual([0, 0, 0]);
      expect(callers.filter(({ listening }) => listening.size > 0)).toEqual([]);
      expect(counts.most).toBeLessThanOrEqual(bulkhead.maxConcurrent);

      const everyPlace = Array.from({ length: bulkhead.maxConcurrent + 1 });
      for (const _place of everyPlace) world.send({ timeoutMs: 30_000, gives: "answer", retries: false });
      await turn();
      expect(counts.busy).toBe(bulkhead.maxConcurrent);
    });
    await fc.assert(property, { seed, numRuns: 500 });
  });
});
