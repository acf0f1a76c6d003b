import { describe, expect, it } from "vitest";
import { createPlaces, type LeavePlace, type Places, type PlacesLimits } from "./places.ts";

const someLimits: PlacesLimits = { most: 4, mostOfOne: 2, mostWaiting: 8, waitMs: 10_000 };

/** Takes places one after the other, and notes whose turn comes, or who is turned away. */
function createLog(places: Places) {
  const served: string[] = [];
  const leaving: LeavePlace[] = [];
  const take = async (name: string, signal?: AbortSignal): Promise<void> => {
    const leave = await places.take(name.slice(0, 1), signal);
    served.push(leave ? name : `${name} away`);
    if (leave) leaving.push(leave);
  };
  return {
    served,
    leaving,
    take,
    async all(...names: readonly string[]): Promise<void> {
      for (const name of names) void take(name);
      await new Promise(setImmediate);
    },
    async leave(count = 1): Promise<void> {
      for (const leave of leaving.splice(0, count)) leave();
      await new Promise(setImmediate);
    },
  };
}

const open = (limits: Partial<PlacesLimits> = {}) => {
  const places = createPlaces({ ...someLimits, ...limits });
  return { places, ...createLog(places) };
};

describe("createPlaces", () => {
  it("gives one party its share, and all parties all places", async () => {
    const { all, served, places } = open();
    await all("a1", "a2", "a3", "b1", "b2", "c1");
    expect([served, places.taken, places.waiting]).toEqual([["a1", "a2", "b1", "b2"], 4, 2]);
  });

  it("gives a place that is given back to whoever waits", async () => {
    const { all, leave, served, places } = open();
    await all("a1", "a2", "a3");
    await leave();
    expect([served, places.taken]).toEqual([["a1", "a2", "a3"], 2]);
    await leave(2);
    expect([places.taken, places.waiting]).toEqual([0, 0]);
  });

  it("counts a place once that is given back twice", async () => {
    const { all, leaving, places } = open();
    await all("a1", "a2");
    leaving[0]?.();
    leaving[0]?.();
    expect(places.taken).toBe(1);
  });

  it("lets those who wait take turns, however long one's line is", async () => {
    const { all, leave, served } = open({ mostOfOne: 4 });
    await all("z1", "z2", "z3", "z4", "a1", "a2", "a3", "b1", "b2", "c1");
    served.length = 0;
    await leave(4);
    expect(served).toEqual(["a1", "b1", "c1", "a2"]);
  });

  it("passes over a party that has its share", async () => {
    const { all, leave, served, leaving } = open({ most: 3 });
    await all("a1", "a2", "b1", "a3", "c1");
    leaving.reverse();
    await leave();
    expect(served).toEqual(["a1", "a2", "b1", "c1"]);
  });

  it("turns away at once whoever would be too many of one party", async () => {
    const { all, served } = open();
    await all("a1", "a2", "a3", "a4", "a5", "a6", "a7");
    expect(served).toEqual(["a1", "a2", "a7 away"]);
  });

  it("makes room for one by the last of the longest line", async () => {
    const { all, served, places } = open({ most: 1, mostOfOne: 1 });
    await all("z1", "a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4", "c1");
    expect([served, places.waiting]).toEqual([["z1", "a4 away"], 8]);
  });

  it("makes no room for one whose line would be the longest", async () => {
    const { all, served } = open({ most: 1, mostOfOne: 1, mostWaiting: 2 });
    await all("z1", "a1", "b1", "c1");
    expect(served).toEqual(["z1", "c1 away"]);
  });

  it("turns away whoever waited for too long", { timeout: 2_000 }, async () => {
    const { take, served, places } = open({ mostOfOne: 1, waitMs: 20 });
    await Promise.all([take("a1"), take("a2")]);
    expect([served, places.waiting]).toEqual([["a1", "a2 away"], 0]);
  });

  it("forgets one who gives up", async () => {
    const { take, leave, served, places } = open({ mostOfOne: 1 });
    await take("a1");
    const controller = new AbortController();
    const left = take("a2", controller.signal);
    controller.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    await leave();
    expect([served, places.taken, places.waiting]).toEqual([["a1"], 0, 0]);
    await expect(take("a3", controller.signal)).rejects.toThrow("gone");
  });
});
