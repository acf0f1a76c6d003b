import { describe, expect, it, vi } from "vitest";
import { someTarget } from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import { createMemoryStore, type MemoryBounds } from "./memory-store.ts";
import type { TokenLife } from "./renewal.ts";
import { unbound } from "./token-binding.ts";
import { TokenEntry } from "./token-entry.ts";

const life = { fetchedAt: 0, expiresAt: 1_000 };
const laterLife = { fetchedAt: 2_000, expiresAt: 3_000 };
const someParty = { issuer: 0, session: 0 };

function makeEntry(
  place: string,
  text: string,
  { owner, ...life }: TokenLife & { readonly owner: number },
): TokenEntry {
  const [targetKey = "", partyKey = ""] = place.split("/");
  const target = { ...someTarget(), key: targetKey };
  const party = { ...someParty, subject: owner };
  const facts = { ...life, renewLeftMs: 250, key: place, target, partyKey, party, binding: unbound };
  return new TokenEntry(new ActorToken(text), facts);
}

/** An entry at `target/party`, whose token is that text unless told. */
const toEntry = (place: string, text = place.replace("/", "-"), owner = 0): TokenEntry =>
  makeEntry(place, text, { ...life, owner });

/** One that is fetched when the others are over. */
const toLaterEntry = (place: string, owner = 0): TokenEntry => makeEntry(place, "later", { ...laterLife, owner });

function open(bounds: Partial<MemoryBounds> = {}) {
  const store = createMemoryStore({ maxEntries: 10, maxBytes: 1_000, ...bounds });
  const find = (place: string): TokenEntry | undefined => {
    const [targetKey = "", partyKey = ""] = place.split("/");
    return store.find(targetKey, partyKey);
  };
  const textsOf = (...places: readonly string[]) => places.map((place) => find(place)?.held.value());
  const put = (entry: TokenEntry): void => store.put(entry);
  return {
    find,
    textsOf,
    put,
    evict: store.evict.bind(store),
    peek: store.peek.bind(store),
    stats: store.stats.bind(store),
  };
}

describe("createMemoryStore", () => {
  it("finds an entry by its place", () => {
    const { put, find, peek } = open();
    const entry = toEntry("t/p");
    put(entry);
    expect([find("t/p"), peek(entry)]).toEqual([entry, entry]);
    expect([find("t/q"), find("u/p"), peek(toEntry("u/q"))]).toEqual([undefined, undefined, undefined]);
  });

  it("puts a newer entry in the place of the older", () => {
    const { put, find, stats } = open();
    const newer = toEntry("t/p", "newer");
    put(toEntry("t/p", "longer, and older".replaceAll(" ", "-")));
    put(newer);
    expect(find("t/p")).toBe(newer);
    expect(stats()).toMatchObject({ entries: 1, bytes: 5, evictions: 0 });
  });

  it("forgets what came first and was not used since, once there are too many", () => {
    const { put, find, textsOf, stats } = open({ maxEntries: 2 });
    for (const place of ["t/a", "t/b"]) put(toEntry(place));
    find("t/a");
    put(toEntry("t/c"));
    expect(textsOf("t/a", "t/b", "t/c")).toEqual(["t-a", undefined, "t-c"]);
    expect(stats()).toMatchObject({ entries: 2, evictions: 1 });
  });

  it("keeps what is used through any number of others", () => {
    const { put, find, stats } = open({ maxEntries: 100, maxBytes: 100_000 });
    const used = Array.from({ length: 80 }, (_, index) => `used/p${index}`);
    for (const place of used) put(toEntry(place));
    for (let index = 0; index < 1_000; index += 1) {
      for (const place of used) find(place);
      put(toEntry(`once/p${index}`));
    }
    expect(used.filter((place) => !find(place)).length).toBeLessThanOrEqual(2);
    expect(stats()).toMatchObject({ entries: 100, evictions: 980 });
  });

  it("forgets what was used once, and no more", () => {
    const { put, find, textsOf } = open({ maxEntries: 3 });
    for (const place of ["t/a", "t/b", "t/c"]) put(toEntry(place));
    find("t/a");
    for (const place of ["t/d", "t/e", "t/f", "t/g"]) put(toEntry(place));
    expect(textsOf("t/a", "t/e", "t/f", "t/g")).toEqual([undefined, "t-e", "t-f", "t-g"]);
  });

  it("does not look for long for something that is not used", () => {
    const { put, find, stats } = open({ maxEntries: 500, maxBytes: 100_000 });
    const places = Array.from({ length: 500 }, (_, index) => `t/p${index}`);
    for (const place of places) put(toEntry(place));
    for (const place of places) find(place);
    put(toEntry("t/new"));
    expect(places.filter((place) => !find(place))).toEqual(["t/p64"]);
    expect(stats()).toMatchObject({ entries: 500, evictions: 1 });
  });

  it("does not take a look for a use", () => {
    const { put, peek, textsOf } = open({ maxEntries: 2 });
    for (const place of ["t/a", "t/b"]) put(toEntry(place));
    peek({ targetKey: "t", partyKey: "a" });
    put(toEntry("t/c"));
    expect(textsOf("t/a")).toEqual([undefined]);
  });

  it("is bound by the sum of the tokens' lengths", () => {
    const { put, textsOf, stats } = open({ maxBytes: 10 });
    put(toEntry("t/a", "x".repeat(6)));
    put(toEntry("t/b", "y".repeat(6)));
    expect(textsOf("t/a", "t/b")).toEqual([undefined, "yyyyyy"]);
    expect(stats()).toMatchObject({ entries: 1, bytes: 6, evictions: 1 });
  });

  it("does not keep a token that is longer than all of it, nor the one before", () => {
    const { put, find, stats } = open({ maxBytes: 10 });
    put(toEntry("t/a", "short"));
    put(toEntry("t/a", "x".repeat(11)));
    expect([find("t/a"), stats().entries, stats().bytes]).toEqual([undefined, 0, 0]);
  });

  it("keeps nothing of a target without entries", () => {
    const forget = vi.spyOn(Map.prototype, "delete");
    const { put } = open({ maxEntries: 1 });
    for (const place of ["target-a/p", "target-b/p"]) put(toEntry(place));
    const forgotten = forget.mock.calls.flat();
    forget.mockRestore();
    expect(forgotten).toContain("target-a");
  });

  it("keeps all that was used last through many evictions", () => {
    const { put, find, stats } = open({ maxEntries: 7 });
    const places = Array.from({ length: 200 }, (_, index) => `t${index % 3}/k${index % 23}`);
    for (const place of places) put(toEntry(place));
    const last = [...new Set(places.toReversed())].slice(0, 7);
    expect(last.map((place) => find(place)?.key)).toEqual(last);
    expect(stats()).toMatchObject({ entries: 7, evictions: 193 });
  });
});

describe("entries of one target", () => {
  it("hold one object of it, however often it was made", () => {
    const { put, find } = open();
    put(toEntry("a/1"));
    put(toEntry("a/2"));
    put(toEntry("b/1"));
    expect(find("a/2")?.target).toBe(find("a/1")?.target);
    expect(find("b/1")?.target).not.toBe(find("a/1")?.target);
  });
});

describe("one subject", () => {
  type Many = { readonly owner: number; readonly count: number; readonly text?: string };
  const putMany = ({ put }: ReturnType<typeof open>, { owner, count, text }: Many): void => {
    for (let index = 0; index < count; index += 1) put(toEntry(`t${index}/p${owner}`, text, owner));
  };

  it("holds a hundredth of the entries, and leaves all others theirs", () => {
    const store = open({ maxEntries: 2_000, maxBytes: 1_000_000 });
    for (let owner = 1; owner <= 100; owner += 1) putMany(store, { owner: owner, count: 5 });
    putMany(store, { owner: 101, count: 3_000 });
    expect(store.stats()).toMatchObject({ entries: 520, evictions: 2_980, mostOfOneSubject: 20 });
    for (let owner = 1; owner <= 100; owner += 1) expect(store.find(`t4/p${owner}`)).toBeDefined();
  });

  it("loses what it did not use for longest", () => {
    const store = open({ maxEntries: 1_000 });
    putMany(store, { owner: 1, count: 10, text: "x" });
    store.find("t0/p1");
    store.put(toEntry("t10/p1", "x", 1));
    expect(store.textsOf("t0/p1", "t1/p1", "t2/p1", "t10/p1")).toEqual(["x", undefined, "x", "x"]);
  });

  it("holds a hundredth of the bytes, or one token that is longer", () => {
    const store = open({ maxEntries: 5_000, maxBytes: 10_000 });
    putMany(store, { owner: 1, count: 5, text: "x".repeat(40) });
    expect(store.stats()).toMatchObject({ entries: 2, bytes: 80 });
    store.put(toEntry("long/p1", "x".repeat(500), 1));
    expect(store.stats()).toMatchObject({ entries: 1, bytes: 500 });
  });

  it("holds ten tokens in a small store", () => {
    const store = open({ maxEntries: 50 });
    putMany(store, { owner: 1, count: 12, text: "x" });
    expect(store.stats()).toMatchObject({ entries: 10, mostOfOneSubject: 10 });
  });

  it("is not this API itself", () => {
    const store = open({ maxEntries: 50 });
    putMany(store, { owner: 0, count: 40, text: "x" });
    expect(store.stats()).toMatchObject({ entries: 40, mostOfOneSubject: 0 });
  });

  it("may begin again after its tokens were replaced or forgotten", () => {
    const store = open({ maxEntries: 30 });
    for (let round = 0; round < 20; round += 1) {
      for (const owner of [1, 2, 3, 4, 5]) putMany(store, { owner: owner, count: 10, text: "x" });
    }
    expect(store.stats()).toMatchObject({ entries: 30, mostOfOneSubject: 10 });
  });
});

describe("what is over", () => {
  it("goes before what is good still", () => {
    const { put, textsOf } = open({ maxEntries: 3 });
    for (const entry of [toLaterEntry("t/good"), toEntry("t/over"), toLaterEntry("t/other"), toLaterEntry("t/new")]) {
      put(entry);
    }
    expect(textsOf("t/good", "t/over", "t/other", "t/new")).toEqual(["later", undefined, "later", "later"]);
  });

  it("goes first among those of one subject", () => {
    const { put, textsOf } = open({ maxEntries: 100, maxBytes: 100_000 });
    for (let index = 0; index < 9; index += 1) put(toLaterEntry(`t${index}/p`, 1));
    put(toEntry("over/p", "over", 1));
    put(toLaterEntry("new/p", 1));
    expect(textsOf("t0/p", "over/p", "new/p")).toEqual(["later", undefined, "later"]);
  });
});

describe("evict", () => {
  it("forgets what a test fits, and nothing else", () => {
    const store = open({ maxEntries: 100 });
    for (let owner = 1; owner <= 3; owner += 1) {
      for (const name of ["a", "b"]) store.put(toEntry(`${name}/p${owner}`, "x", owner));
    }
    store.evict(({ subject }) => subject === 2, undefined);
    expect(store.stats()).toEqual({ entries: 4, bytes: 4, evictions: 0, mostOfOneSubject: 2 });
    expect(store.textsOf("a/p1", "a/p2", "b/p2", "b/p3")).toEqual(["x", undefined, undefined, "x"]);
    store.evict(() => true, undefined);
    expect(store.stats()).toEqual({ entries: 0, bytes: 0, evictions: 0, mostOfOneSubject: 0 });
  });

  it("looks at the entries of those owners alone that are given", () => {
    const store = open({ maxEntries: 100 });
    for (const place of ["a/p1", "b/p1", "a/p2", "a/p3"]) store.put(toEntry(place, "x", Number(place.at(-1))));
    const seen: number[] = [];
    const concerns = ({ subject }: { readonly subject: number }): boolean => seen.push(subject) > 0;
    store.evict(concerns, [1, 3, 9]);
    expect(seen).toEqual([1, 1, 3]);
    expect(store.textsOf("a/p1", "b/p1", "a/p2", "a/p3")).toEqual([undefined, undefined, "x", undefined]);
  });
});
