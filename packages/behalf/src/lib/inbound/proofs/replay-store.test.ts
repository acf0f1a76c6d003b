import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createReplayStore } from "./replay-store.ts";

describe("createReplayStore", () => {
  it("takes a key once", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    expect(store.claim("a", now() + 60_000)).toBe(true);
    expect(store.claim("a", now() + 60_000)).toBe(false);
    expect(store.claim("b", now() + 60_000)).toBe(true);
  });

  it("knows a key that comes with another end", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    store.claim("a", now() + 5_000);
    expect(store.claim("a", now() + 60_000)).toBe(false);
  });

  it("knows a key to its last millisecond", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now });
    store.claim("a", clock.now() + 63_217);
    clock.advance(63_216);
    expect(store.claim("a", clock.now() + 60_000)).toBe(false);
  });

  it("takes a key again when it has ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now });
    store.claim("a", clock.now() + 60_000);
    clock.advance(70_000);
    expect(store.claim("a", clock.now() + 60_000)).toBe(true);
  });

  it("takes no more when it is full of keys that have not ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now, max: 2 });
    store.claim("a", clock.now() + 60_000);
    store.claim("b", clock.now() + 60_000);
    clock.advance(50_000);
    expect(store.claim("c", clock.now() + 60_000)).toBe(false);
    expect(store.claim("a", clock.now() + 60_000)).toBe(false);
  });

  it("has room again for each key that has ended", () => {
    const clock = createClock();
    const store = createReplayStore({ now: clock.now, max: 2 });
    store.claim("a", clock.now() + 20_000);
    store.claim("b", clock.now() + 200_000);
    clock.advance(100_000);
    expect(store.claim("c", clock.now() + 60_000)).toBe(true);
    expect(store.claim("d", clock.now() + 60_000)).toBe(false);
  });

  it("counts a key that it refused once", () => {
    const { now } = createClock();
    const store = createReplayStore({ now, max: 2 });
    store.claim("a", now() + 60_000);
    store.claim("a", now() + 60_000);
    expect(store.claim("b", now() + 60_000)).toBe(true);
  });

  it.each([0, -1, Number.NaN])("takes no key that has ended: %d", (life) => {
    const { now } = createClock();
    expect(createReplayStore({ now }).claim("a", now() + life)).toBe(false);
  });

  it("has room for 200000 keys", () => {
    const { now } = createClock();
    const store = createReplayStore({ now });
    for (let index = 0; index < 200_000; index += 1) store.claim(String(index), now() + 60_000);
    expect(store.claim("one more", now() + 60_000)).toBe(false);
  });

  it("keeps what is claimed in one store out of another", () => {
    const { now } = createClock();
    createReplayStore({ now }).claim("a", now() + 60_000);
    expect(createReplayStore({ now }).claim("a", now() + 60_000)).toBe(true);
  });
});
