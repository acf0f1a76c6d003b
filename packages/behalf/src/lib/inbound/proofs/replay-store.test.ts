import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import type { ReplayStore } from "./possession.ts";
import { createReplayStore } from "./replay-store.ts";

/** Each key is another owner's. */
const claim = (store: ReplayStore, key: string, until: number): boolean | Promise<boolean> =>
  store.claim(key, until, key);

describe("createReplayStore", () => {
  it("takes a key once", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    expect(claim(store, "a", now() + 60_000)).toBe(true);
    expect(claim(store, "a", now() + 60_000)).toBe(false);
    expect(claim(store, "b", now() + 60_000)).toBe(true);
  });

  it("knows a key that comes with another end", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    claim(store, "a", now() + 5_000);
    expect(claim(store, "a", now() + 60_000)).toBe(false);
  });

  it("knows a key to its last millisecond", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now });
    claim(store, "a", clock.now() + 63_217);
    clock.advance(63_216);
    expect(claim(store, "a", clock.now() + 60_000)).toBe(false);
  });

  it("takes a key again when it has ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now });
    claim(store, "a", clock.now() + 60_000);
    clock.advance(70_000);
    expect(claim(store, "a", clock.now() + 60_000)).toBe(true);
  });

  it("takes no more when it is full of keys that have not ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now, max: 2 });
    claim(store, "a", clock.now() + 60_000);
    claim(store, "b", clock.now() + 60_000);
    clock.advance(50_000);
    expect(claim(store, "c", clock.now() + 60_000)).toBe(false);
    expect(claim(store, "a", clock.now() + 60_000)).toBe(false);
  });

  it("has room again for each key that has ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now, max: 2 });
    claim(store, "a", clock.now() + 20_000);
    claim(store, "b", clock.now() + 200_000);
    clock.advance(100_000);
    expect(claim(store, "c", clock.now() + 60_000)).toBe(true);
    expect(claim(store, "d", clock.now() + 60_000)).toBe(false);
  });

  it("counts a key that it refused once", () => {
    const { now } = createClock();
    const store = createReplayStore({ now, max: 2 });
    claim(store, "a", now() + 60_000);
    claim(store, "a", now() + 60_000);
    expect(claim(store, "b", now() + 60_000)).toBe(true);
  });

  it("has no more than a quarter of its room for one owner", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now, max: 100 });
    const taken = Array.from({ length: 30 }, (_, index) => store.claim(`m${index}`, clock.now() + 60_000, "mallory"));
    expect(taken.filter(Boolean)).toHaveLength(25);
    expect(store.claim("a", clock.now() + 60_000, "alice")).toBe(true);
    clock.advance(70_000);
    expect(store.claim("m100", clock.now() + 60_000, "mallory")).toBe(true);
  });

  it.each([0, -1, Number.NaN])("takes no key that has ended: %d", (life) => {
    const { now } = createClock();
    expect(claim(createReplayStore({ now }), "a", now() + life)).toBe(false);
  });

  it("has room for 200000 keys", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    for (let index = 0; index < 200_000; index += 1) claim(store, String(index), now() + 60_000);
    expect(claim(store, "one more", now() + 60_000)).toBe(false);
  });

  it("keeps what is claimed in one store out of another", () => {
    const { now } = createClock();
    claim(createReplayStore({ now }), "a", now() + 60_000);
    expect(claim(createReplayStore({ now }), "a", now() + 60_000)).toBe(true);
  });
});
