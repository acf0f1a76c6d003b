import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createRounds, type Rounds, type RoundsOptions } from "./rounds.ts";

function open(verdicts: readonly boolean[], options: Partial<RoundsOptions> = {}): { rounds: Rounds; at: number[] } {
  const startedAt = performance.now();
  const at: number[] = [];
  const work = async (): Promise<boolean> => {
    at.push(performance.now() - startedAt);
    return verdicts[at.length - 1] ?? true;
  };
  const rounds = createRounds(work, { everyMs: 60_000, retryMs: 60_000, ...options });
  onTestFinished(() => rounds.close());
  return { rounds, at };
}

describe("rounds", () => {
  it("go on for ever", async () => {
    const { rounds, at } = open([], { everyMs: 5 });
    await rounds.begin();
    expect(at).toHaveLength(1);
    await vi.waitFor(() => expect(at.length).toBeGreaterThan(3));
  });

  it("come again soon after one that failed, and then as usual", async () => {
    const { rounds, at } = open([false, true], { retryMs: 10 });
    await rounds.begin();
    await vi.waitFor(() => expect(at).toHaveLength(2));
    await sleep(40);
    expect(at).toHaveLength(2);
  });

  it("come soon when they are told to, however often that is said", async () => {
    const { rounds, at } = open([], { retryMs: 50 });
    await rounds.begin();
    for (let times = 0; times < 20 && at.length < 2; times += 1) {
      rounds.hurry();
      await sleep(10);
    }
    expect(at).toHaveLength(2);
  });

  it("do not run at the same time", async () => {
    let running = 0;
    const most: number[] = [];
    const rounds = createRounds(
      async () => {
        running += 1;
        most.push(running);
        rounds.hurry();
        await sleep(15);
        running -= 1;
        return true;
      },
      { everyMs: 1, retryMs: 1 },
    );
    onTestFinished(() => rounds.close());
    await rounds.begin();
    await vi.waitFor(() => expect(most.length).toBeGreaterThan(3));
    expect(Math.max(...most)).toBe(1);
  });

  it("end when they are told to, also in the middle of one", async () => {
    const { rounds, at } = open([], { everyMs: 1, retryMs: 1 });
    const begun = rounds.begin();
    rounds.close();
    await begun;
    rounds.hurry();
    await sleep(20);
    expect(at).toHaveLength(1);
  });

  it("do not come at the same instants in all processes", async () => {
    const spans = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { rounds, at } = open([], { everyMs: 600 });
        await rounds.begin();
        await vi.waitFor(() => expect(at.length).toBeGreaterThan(1), { interval: 1 });
        return Math.round(at[1] ?? 0);
      }),
    );
    expect(new Set(spans).size).toBeGreaterThan(3);
  });
});
