import { beforeEach, describe, expect, it } from "vitest";
import { answer } from "../../support/scripted-backend.ts";
import { the } from "../../support/the.ts";
import { type End, openPromises, type PromisedApi } from "./open-promises.ts";

const callsPerSecond = 1_000;
const callsAtOnce = 50;
const cooldownMs = 10_000;

type Place = Parameters<PromisedApi["call"]>;

const nobody: Place = [the.bob];

interface Storm {
  /** How many calls ended so. */
  readonly ends: ReadonlyMap<End, number>;
  readonly tokenRequests: number;
  readonly backendRequests: number;
}

/** Makes a thousand calls in each second of the clock, to these places by turns. */
async function storm({ as, backend, clock, call }: PromisedApi, calls: number, ...places: Place[]): Promise<Storm> {
  const [tokensBefore, backendBefore] = [as.count("token"), backend.requests.length];
  const ends = new Map<End, number>();
  for (let made = 0; made < calls; made += callsAtOnce) {
    const turn = Array.from({ length: callsAtOnce }, (_, index) => places[(made + index) % places.length] ?? nobody);
    for (const end of await Promise.all(turn.map((place) => call(...place)))) {
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    clock.advance((callsAtOnce * 1_000) / callsPerSecond);
  }
  const [tokenRequests, backendRequests] = [as.count("token") - tokensBefore, backend.requests.length - backendBefore];
  process.stdout.write(
    `401 for ever: ${calls} calls in ${calls / callsPerSecond} s, keys: ${places.length}, ` +
      `token requests: ${tokenRequests}, requests to the backend: ${backendRequests}\n`,
  );
  return { ends, tokenRequests, backendRequests };
}

describe("a backend that answers 401 for ever, at a thousand calls a second", () => {
  let api: PromisedApi;

  beforeEach(async () => {
    api = await openPromises();
    api.backend.handle(answer.unauthorized('Bearer error="invalid_token"'));
  });

  it("costs the first token and one more in a cool-down", { timeout: 60_000 }, async () => {
    const { ends, tokenRequests, backendRequests } = await storm(api, 5_000, [the.alice]);
    expect([...ends]).toEqual([["BEHALF_BACKEND_ERROR", 5_000]]);
    expect(tokenRequests).toBe(2);
    expect(backendRequests).toBeLessThanOrEqual(5_000 + callsAtOnce);
  });

  it("costs one token more in each cool-down after that", { timeout: 60_000 }, async () => {
    await storm(api, 500, [the.alice]);
    const counts: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      api.clock.advance(cooldownMs);
      counts.push((await storm(api, 1_500, [the.alice])).tokenRequests);
    }
    expect(counts).toEqual([1, 1, 1]);
  });

  it("costs so for each key, and no more", { timeout: 60_000 }, async () => {
    const keys: Place[] = [[the.alice], [the.bob], [the.alice, "shipping"], [the.alice, "jobs"]];
    expect((await storm(api, 5_000, ...keys)).tokenRequests).toBe(2 * keys.length);
  });
});
