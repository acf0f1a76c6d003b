import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createDeadlineWheel, type DeadlineWheel, Expiring } from "./deadline-wheel.ts";

class Calling extends Expiring {
  readonly #expire: () => void;

  constructor(expire: () => void) {
    super();
    this.#expire = expire;
  }

  override expire(): void {
    this.#expire();
  }
}

const inMs = (ms: number): number => performance.now() + ms;

const untilExpired = (wheel: DeadlineWheel, afterMs: number): Promise<void> =>
  new Promise((resolve) => wheel.set(inMs(afterMs), new Calling(resolve)));

const timers = vi.spyOn(globalThis, "setTimeout");

const lastTimer = (): NodeJS.Timeout | undefined => timers.mock.results.at(-1)?.value;

afterEach(() => {
  timers.mockClear();
});

describe("createDeadlineWheel", () => {
  it("stops its timer when nothing is left, and starts another one when needed", async () => {
    const wheel = createDeadlineWheel();
    const expired = untilExpired(wheel, 1);
    const turn = timers.mock.lastCall?.[0];
    const countTurns = (): number => timers.mock.calls.filter(([callback]) => callback === turn).length;
    await expired;
    const turned = countTurns();
    await sleep(300);
    expect(countTurns()).toBe(turned);
    await untilExpired(wheel, 1);
    expect(countTurns()).toBeGreaterThan(turned);
  });

  it("has no timer before anything is set", () => {
    createDeadlineWheel();
    expect(timers).not.toHaveBeenCalled();
  });

  it("expires after the time, at most a tick late", async () => {
    const startedAt = performance.now();
    await untilExpired(createDeadlineWheel(), 20);
    const elapsed = performance.now() - startedAt;
    expect(elapsed).toBeGreaterThanOrEqual(20);
  });

  it("waits for the end of a tick, whenever it begins", async () => {
    // Shortly before the end of a tick: what is due just after it ends with the next one.
    await sleep(236 - (performance.now() % 250) + (performance.now() % 250 > 236 ? 250 : 0));
    const wheel = createDeadlineWheel();
    wheel.set(inMs(1_000), new Calling(() => {}));
    timers.mockClear();
    const startedAt = performance.now();
    await untilExpired(wheel, 20);
    expect(performance.now() - startedAt).toBeLessThan(400);
  });

  it("expires nothing that is called off", async () => {
    const wheel = createDeadlineWheel();
    const expire = vi.fn();
    const [first, between, last] = [new Calling(expire), new Calling(expire), new Calling(expire)];
    for (const one of [first, between, last]) wheel.set(inMs(1), one);
    for (const one of [between, first, first, last]) wheel.unset(one);
    await untilExpired(wheel, 1);
    expect(expire).not.toHaveBeenCalled();
  });

  it("expires the others of the same tick when one is called off, and each once", async () => {
    const wheel = createDeadlineWheel();
    const expired: string[] = [];
    const all = ["a", "b", "c", "d"].map((name) => new Calling(() => expired.push(name)));
    for (const one of all) wheel.set(inMs(1), one);
    if (all[1]) wheel.unset(all[1]);
    await untilExpired(wheel, 1);
    await untilExpired(wheel, 1);
    expect(expired).toEqual(["a", "c", "d"]);
  });

  it("lets one that expires call off another of the same tick", async () => {
    const wheel = createDeadlineWheel();
    const expire = vi.fn();
    const other = new Calling(expire);
    wheel.set(inMs(1), new Calling(() => wheel.unset(other)));
    wheel.set(inMs(1), other);
    await untilExpired(wheel, 1);
    expect(expire).not.toHaveBeenCalled();
  });

  it("has one timer for all that is set", () => {
    const wheel = createDeadlineWheel();
    for (let count = 0; count < 1_000; count++) wheel.set(inMs(10_000), new Calling(() => {}));
    expect(timers).toHaveBeenCalledTimes(1);
  });

  it("keeps no process alive", () => {
    createDeadlineWheel().set(inMs(10_000), new Calling(() => {}));
    expect(lastTimer()?.hasRef()).toBe(false);
  });
});
