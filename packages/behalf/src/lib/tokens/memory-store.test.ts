import { describe, expect, it, vi } from "vitest";
import { ActorToken } from "../values/actor-token.ts";
import { createMemoryStore } from "./memory-store.ts";
import { unbound } from "./token-binding.ts";
import { TokenEntry } from "./token-entry.ts";

const life = { fetchedAt: 0, expiresAt: 1_000 };
const toEntry = (key: string, text = key): TokenEntry =>
  new TokenEntry(new ActorToken(text), { ...life, key, grant: "tokenExchange", binding: unbound });
const place = (targetKey: string, partyKey: string) => ({ targetKey, partyKey });

describe("createMemoryStore", () => {
  it("finds an entry by its place and by its key", () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 1_000 });
    const entry = toEntry("a");
    store.put(place("t", "p"), entry);
    expect([store.find("t", "p"), store.get("a")]).toEqual([entry, entry]);
    expect([store.find("t", "q"), store.find("u", "p"), store.get("b")]).toEqual([undefined, undefined, undefined]);
  });

  it("puts a newer entry in the place of the older", () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 1_000 });
    const newer = toEntry("a", "newer");
    store.put(place("t", "p"), toEntry("a", "older"));
    store.put(place("t", "p"), newer);
    expect([store.find("t", "p"), store.get("a"), store.size]).toEqual([newer, newer, 1]);
  });

  it("forgets what was not used for longest, in both steps", () => {
    const store = createMemoryStore({ maxEntries: 2, maxBytes: 1_000 });
    for (const key of ["a", "b"]) store.put(place("t", key), toEntry(key));
    store.find("t", "a");
    store.put(place("t", "c"), toEntry("c"));
    expect(["a", "b", "c"].map((key) => store.find("t", key)?.key)).toEqual(["a", undefined, "c"]);
    expect([store.get("b"), store.size]).toEqual([undefined, 2]);
  });

  it("is bound by the sum of the tokens' lengths", () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 10 });
    store.put(place("t", "a"), toEntry("a", "x".repeat(6)));
    store.put(place("t", "b"), toEntry("b", "x".repeat(6)));
    expect([store.find("t", "a"), store.find("t", "b")?.key, store.size]).toEqual([undefined, "b", 1]);
  });

  it("does not keep a token that is longer than all of it, nor the one before", () => {
    const store = createMemoryStore({ maxEntries: 10, maxBytes: 10 });
    store.put(place("t", "a"), toEntry("a", "short"));
    store.put(place("t", "a"), toEntry("a", "x".repeat(11)));
    expect([store.find("t", "a"), store.get("a"), store.size]).toEqual([undefined, undefined, 0]);
  });

  it("keeps the newer of two entries that came to one place", () => {
    const store = createMemoryStore({ maxEntries: 2, maxBytes: 1_000 });
    for (const key of ["a", "b"]) store.put(place("t", "p"), toEntry(key));
    store.put(place("u", "p"), toEntry("c"));
    expect([store.get("a"), store.find("t", "p")?.key]).toEqual([undefined, "b"]);
  });

  it("keeps nothing of a target without entries", () => {
    const forget = vi.spyOn(Map.prototype, "delete");
    const store = createMemoryStore({ maxEntries: 1, maxBytes: 1_000 });
    for (const key of ["a", "b"]) store.put(place(`target-${key}`, "p"), toEntry(key));
    const forgotten = forget.mock.calls.flat();
    forget.mockRestore();
    expect(forgotten).toContain("target-a");
  });

  it("keeps both steps together through many evictions", () => {
    const store = createMemoryStore({ maxEntries: 7, maxBytes: 1_000 });
    const keys = Array.from({ length: 200 }, (_, index) => `k${index % 23}`);
    for (const [index, key] of keys.entries()) store.put(place(`t${index % 3}`, key), toEntry(`${key}-${index % 3}`));
    const found = keys.flatMap((key) => [0, 1, 2].map((target) => store.find(`t${target}`, key)));
    const distinct = new Set(found.filter((entry) => entry !== undefined));
    expect(distinct.size).toBe(7);
    expect([...distinct].filter((entry) => store.get(entry?.key ?? "") !== entry)).toEqual([]);
  });
});
