import { setImmediate as turn } from "node:timers/promises";
import { type Chance, createChance } from "./chance.ts";
import type { EvictedTokens } from "./eviction-log.ts";
import { services, tenants } from "./offers.ts";
import { type Levels, type Tally, World } from "./world.ts";

/** What is simulated. */
export interface SimulationOptions {
  /** What all chances begin at: the same seed makes the same steps. */
  readonly seed: number;
  /** How many steps are made, unless something wrong is seen before. */
  readonly steps: number;
  readonly levels: Levels;
}

/** What came of it. */
export interface SimulationReport extends Tally {
  readonly steps: number;
  /** How many tokens the authorization server gave. */
  readonly minted: number;
  readonly simulatedMs: number;
  /** What was seen that must never be. */
  readonly violations: readonly string[];
}

interface Happening {
  /** How often it happens in a million steps. */
  readonly inAMillion: number;
  run(world: World, chance: Chance): void;
}

/** Most often the tokens of a user, and seldom all. */
function chooseEvicted(world: World, { below, of }: Chance): EvictedTokens {
  const user = below(world.userCount);
  const kind = below(200);
  if (kind === 0) return {};
  if (kind === 1) return { tenant: of(tenants) };
  if (kind === 2) return { service: of(services) };
  return kind < 100 ? { user } : { user, service: of(services) };
}

const happenings: readonly Happening[] = [
  { inAMillion: 20_000, run: ({ clock }, { below }) => clock.advance(below(60)) },
  { inAMillion: 3, run: ({ clock }, { below }) => clock.advance(below(300_000)) },
  { inAMillion: 1_000, run: (world, { of }) => world.refuse(of(world.places)) },
  { inAMillion: 80, run: (world, { below }) => world.signIn(below(world.userCount)) },
  { inAMillion: 120, run: (world, chance) => world.evict(chance.of(world.places), chooseEvicted(world, chance)) },
  { inAMillion: 8, run: (world, { of }) => world.restart(of(world.places)) },
  { inAMillion: 10, run: (world) => world.loseStore() },
  { inAMillion: 2, run: (world) => world.setStoreAway(true) },
  { inAMillion: 200, run: (world) => world.setStoreAway(false) },
  { inAMillion: 20, run: (world, { of }) => world.turnWeather(of(["refusing", "busy"])) },
  { inAMillion: 1_000, run: (world) => world.turnWeather("fair") },
];

const stepsOfATurn = 32;
const mostWaiting = 200;

/** Some users are about more than others. */
function use(world: World, chance: Chance): void {
  const user = Math.floor(chance.next() ** 6 * world.userCount);
  const offer = chance.of(world.offers);
  world.use({ place: chance.of(world.places), user, offer, actor: offer.actors[chance.below(offer.actors.length)] });
}

function step(world: World, chance: Chance): void {
  let drawn = chance.next() * 1_000_000;
  for (const { inAMillion, run } of happenings) {
    if (drawn < inAMillion) {
      run(world, chance);
      return;
    }
    drawn -= inAMillion;
  }
  use(world, chance);
}

async function waitForAll(world: World, most = 0): Promise<void> {
  while (world.waiting > most) await turn();
}

/** Simulates processes, users, servers and time, step by step, until something wrong is seen. */
export async function simulate({ seed, steps, levels }: SimulationOptions): Promise<SimulationReport> {
  const world = new World(seed, levels);
  const chance = createChance(seed + 1);
  const { witness, clock, tally, server } = world;
  const startedAt = clock.now();
  let made = 0;
  for (; made < steps && witness.violations.length === 0; made += 1) {
    step(world, chance);
    if (made % stepsOfATurn === 0) await turn();
    if (world.waiting > mostWaiting) await waitForAll(world, mostWaiting / 2);
  }
  await waitForAll(world);
  const { minted } = server;
  return { ...tally, steps: made, minted, simulatedMs: clock.now() - startedAt, violations: witness.violations };
}
