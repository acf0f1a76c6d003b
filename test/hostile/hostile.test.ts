import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { the } from "../support/the.ts";
import { type Attempt, prepare } from "./attempt.ts";
import { themes } from "./corpus/themes.ts";
import { findLeaks, type Listener, listenInbound, toObserved } from "./observe.ts";
import { formatCosts, formatResults, type Result } from "./results.ts";
import type { Expected, HostileCase, Theme } from "./vocabulary.ts";
import { type Application, createStock, openWorld, type Stock, type World } from "./world.ts";

const results: Result[] = [];
const twinsMs: number[] = [];
let stock: Stock;
let listener: Listener;

beforeAll(async () => {
  stock = await createStock();
  listener = listenInbound();
});

afterAll(() => {
  listener.stop();
  if (results.length === 0) return;
  console.log(formatResults(results));
  console.log(`${new Set(results.map(({ theme, name }) => `${theme} ${name}`)).size} hostile cases, on each framework`);
  console.log(formatCosts(results, twinsMs));
});

const routeOf = ({ route = "/me" }: Pick<HostileCase, "route">): string => route;

async function acceptTwin(theme: Theme, application: Application, target: string): Promise<void> {
  const twin = await prepare(theme, application, { make: {}, target });
  const answer = await twin.send();
  expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(`"subject":"${the.alice}"`)]);
  twinsMs.push(answer.durationMs);
}

/** Sends what has to be accepted before the case itself means anything. */
async function sendBefore(attempt: Attempt, { again, againOn, remembered }: HostileCase["make"]): Promise<void> {
  if (remembered) expect((await attempt.sendGood()).status).toBe(200);
  if (again) expect((await attempt.send()).status).toBe(200);
  if (againOn !== undefined) expect((await attempt.send(againOn)).status).toBe(200);
}

const complete = ({ status, error, reason, code }: Expected): object => ({ status, error, reason, code });

async function refuse(theme: Theme, hostile: HostileCase, application: Application): Promise<void> {
  const attempt = await prepare(theme, application, { make: hostile.make, target: routeOf(hostile) });
  await sendBefore(attempt, hostile.make);
  listener.take();
  const answer = await attempt.send();
  const observed = toObserved(answer, listener.take());
  expect(observed).toEqual(complete(hostile.expect));
  const { as } = application.surroundings();
  expect(findLeaks(answer, attempt.token, [as.issuer])).toEqual([]);
  const { error = undefined, reason } = hostile.expect;
  const { durationMs, status } = answer;
  results.push({ theme: theme.name, name: hostile.name, status, error, reason, durationMs });
}

/** The same case many times, each by another name: the server is asked for its keys once at most. */
async function flood(theme: Theme, hostile: HostileCase, application: Application): Promise<void> {
  const { as } = application.surroundings();
  const before = as.count("jwks");
  const { times = 1, headerText = (json: string) => json } = hostile.make;
  for (let index = 0; index < times; index += 1) {
    const numbered = (json: string) => String(headerText(json)).replace("#", String(index));
    const make = times === 1 ? hostile.make : { ...hostile.make, headerText: numbered };
    await refuse(theme, { ...hostile, make }, application);
  }
  expect(as.count("jwks") - before).toBeLessThanOrEqual(1);
}

describe.each(themes)("$name", (theme) => {
  let world: World;

  beforeAll(async () => {
    world = await openWorld(theme, stock);
  });

  afterAll(async () => {
    await world.close();
  });

  it.each(theme.cases)("refuses: $name", async (hostile) => {
    for (const application of world.applications) {
      await acceptTwin(theme, application, routeOf(hostile));
      await flood(theme, hostile, application);
    }
    expect(world.foreignRequests()).toBe(0);
  });

  it.each(theme.harmless ?? [])("accepts: $name", async (harmless) => {
    for (const application of world.applications) {
      const attempt = await prepare(theme, application, { make: harmless.make, target: routeOf(harmless) });
      const { status, body } = await attempt.send();
      expect([status, body]).toEqual([200, expect.stringContaining('"subject"')]);
    }
  });
});
