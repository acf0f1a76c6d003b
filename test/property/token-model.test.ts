import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseSeed } from "../support/seed.ts";
import { createTokenWorld, type TokenWorld, type Want, type Weather } from "../support/token-world.ts";

const seed = chooseSeed("token-model");

type Command = fc.AsyncCommand<object, TokenWorld, false>;

const command = (label: string, run: (world: TokenWorld) => void): Command => ({
  check: () => true,
  async run(_, world) {
    run(world);
    expect(world.oracle.violations).toEqual([]);
    await turn();
  },
  toString: () => label,
});

const want: fc.Arbitrary<Want> = fc.record({
  caller: fc.constantFrom("alice", "bob"),
  scope: fc.constantFrom("read" as const, "write" as const),
});
const weather: fc.Arbitrary<Weather> = fc.oneof(
  fc.record({ lifeSeconds: fc.constantFrom(3, 5, 20, 300) }),
  fc.constantFrom("down" as const, "refusing" as const),
);
const show = (label: string, value: unknown): string => `${label}(${JSON.stringify(value)})`;

const acquire = fc
  .tuple(want, fc.boolean())
  .map(([one, force]) => command(show(force ? "force" : "acquire", one), (world) => world.acquire(one, force)));
const find = want.map((one) => command(show("find", one), (world) => world.find(one)));
const hangUp = fc.nat(9).map((index) => command(show("hangUp", index), (world) => world.hangUp(index)));
const refuse = fc.nat(9).map((index) => command(show("refuse", index), (world) => world.refuse(index)));
const wait = fc
  .constantFrom(1, 5, 16, 60, 241, 296, 400)
  .map((seconds) => command(show("wait", seconds), (world) => world.service.clock.advance(seconds * 1_000)));
const turnWeather = weather.map((next) =>
  command(show("weather", next), (world) => {
    world.server.weather = next;
  }),
);

/** Lets the server answer everything, until nobody waits. */
async function settle(world: TokenWorld, scheduler: fc.Scheduler): Promise<void> {
  for (let round = 0; round < 100 && world.waiting > 0; round++) {
    await scheduler.waitIdle();
    await turn();
  }
}

describe("cache and flights together", () => {
  it("never give another's, an expired or a refused token, and run one request per key", {
    timeout: 60_000,
  }, async () => {
    const commands = fc.commands([acquire, acquire, find, hangUp, hangUp, refuse, wait, turnWeather], {
      maxCommands: 60,
      size: "max",
    });
    const property = fc.asyncProperty(fc.scheduler(), commands, async (scheduler, steps) => {
      const world = createTokenWorld(scheduler);
      await fc.scheduledModelRun(scheduler, () => ({ model: {}, real: world }), steps);
      await settle(world, scheduler);
      expect([world.oracle.violations, world.waiting, world.oracle.running]).toEqual([[], 0, 0]);
      expect(world.service.store.stats().entries).toBeLessThanOrEqual(3);
    });
    await fc.assert(property, { seed, numRuns: 500 });
  });
});
