import { describe, expect, it } from "vitest";
import { createMemoryStore } from "./memory-store.ts";

describe("createMemoryStore", () => {
  it("forgets a value when it expires", () => {
    let now = 0;
    const store = createMemoryStore<string>({ capacity: 10, now: () => now });
    store.set("a", "kept", 100);
    now = 99;
    expect(store.get("a")).toBe("kept");
    now = 100;
    expect(store.get("a")).toBeUndefined();
    expect([...store.entries()]).toEqual([]);
  });

  it("drops expired values before the oldest when it is full", () => {
    let now = 0;
    const store = createMemoryStore<number>({ capacity: 2, now: () => now });
    store.set("long", 1, 1000);
    store.set("short", 2, 10);
    now = 10;
    store.set("third", 3, 1000);
    expect([...store.entries()]).toEqual([
      ["long", 1],
      ["third", 3],
    ]);
    store.set("fourth", 4, 1000);
    expect([...store.entries()]).toEqual([
      ["third", 3],
      ["fourth", 4],
    ]);
  });
});
