import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";

/** Gives two stores over one server, as two processes would have them. */
export type ReadStores = () => readonly [one: SharedStore, another: SharedStore];

const longMs = 60_000;
const livesOver = [0, -5, 0.4, Number.NaN];

function describeTexts(stores: ReadStores): void {
  it("gives nothing where nothing was written", async () => {
    const [store] = stores();
    expect(await store.read(randomUUID())).toBeUndefined();
  });

  it.each(["a text", "", "päivää ☀", '{"a":"b\\n"}\r\n\0', "x".repeat(1_000_000)])(
    "gives what was written: %#",
    async (text) => {
      const [store, another] = stores();
      const name = randomUUID();
      await store.write(name, text, longMs);
      expect(await another.read(name)).toBe(text);
    },
  );

  it("writes over what was there before", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "old", longMs);
    await store.write(name, "new", longMs);
    expect(await store.read(name)).toBe("new");
  });
}

function describeLives(stores: ReadStores): void {
  it("forgets a text when its life is over", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "short", 60.5);
    await sleep(90);
    expect(await store.read(name)).toBeUndefined();
  });

  it.each(livesOver)("keeps nothing whose life is %d ms", async (livesMs) => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "old", longMs);
    await store.write(name, "over", livesMs);
    expect(await store.read(name)).toBeUndefined();
  });

  it("tells for how long it still keeps a text", async () => {
    const [store, another] = stores();
    const name = randomUUID();
    expect(await store.lifeOf(name)).toBeUndefined();
    await store.write(name, "a text", longMs);
    await sleep(20);
    const leftMs = (await another.lifeOf(name)) ?? 0;
    expect(leftMs).toBeLessThanOrEqual(longMs - 15);
    expect(leftMs).toBeGreaterThan(longMs - 10_000);
  });

  it("keeps a text for as long as a number can say", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "for ever", Number.POSITIVE_INFINITY);
    expect(await store.read(name)).toBe("for ever");
  });
}

function describeRemoval(stores: ReadStores): void {
  it("tells whether it removed a text", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "a text", longMs);
    expect(await store.remove(name)).toBe(true);
    expect(await store.read(name)).toBeUndefined();
    expect(await store.remove(name)).toBe(false);
  });

  it("removes a text only if it is the expected one", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "a text", longMs);
    expect(await store.remove(name, "A text")).toBe(false);
    expect(await store.read(name)).toBe("a text");
    expect(await store.remove(name, "a text")).toBe(true);
    expect(await store.remove(name, "a text")).toBe(false);
  });
}

function describeReplace(stores: ReadStores): void {
  it("puts a text where none is expected and none is", async () => {
    const [store] = stores();
    const name = randomUUID();
    expect(await store.replace(name, { expected: undefined, text: "first", livesMs: longMs })).toBe(true);
    expect(await store.read(name)).toBe("first");
  });

  it.each([
    ["none is expected and one is there", "there", undefined],
    ["another is expected", "there", "There"],
    ["a beginning of it is expected", "there", "the"],
    ["an empty one is expected", "there", ""],
    ["an empty one is there and none is expected", "", undefined],
    ["one is expected and none is there", undefined, "there"],
    ["an empty one is expected and none is there", undefined, ""],
  ])("leaves everything as it is where %s", async (_when, there, expected) => {
    const [store] = stores();
    const name = randomUUID();
    if (there !== undefined) await store.write(name, there, longMs);
    expect(await store.replace(name, { expected, text: "new", livesMs: longMs })).toBe(false);
    expect(await store.read(name)).toBe(there);
  });

  it.each(["there", "", "päivää ☀"])("replaces the expected text: %#", async (there) => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, there, longMs);
    expect(await store.replace(name, { expected: there, text: "new", livesMs: longMs })).toBe(true);
    expect(await store.read(name)).toBe("new");
  });
}

function describeReplaced(stores: ReadStores): void {
  it("gives the new text a life of its own", async () => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "old", longMs);
    await store.replace(name, { expected: "old", text: "new", livesMs: 60 });
    await sleep(90);
    expect(await store.read(name)).toBeUndefined();
  });

  it.each(livesOver)("keeps nothing in the place of a text whose new life is %d ms", async (livesMs) => {
    const [store] = stores();
    const name = randomUUID();
    await store.write(name, "old", longMs);
    expect(await store.replace(name, { expected: "old", text: "new", livesMs })).toBe(true);
    expect(await store.read(name)).toBeUndefined();
  });

  it("lets one of many win", async () => {
    const name = randomUUID();
    const tries = stores().flatMap((store, side) =>
      Array.from({ length: 25 }, (_, index) =>
        store.replace(name, { expected: undefined, text: `${side}-${index}`, livesMs: longMs }),
      ),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });
}

function describeIndexes(stores: ReadStores): void {
  it("lists nothing where nothing was enlisted", async () => {
    const [store] = stores();
    expect(await store.list(randomUUID())).toEqual([]);
  });

  it("lists every member once", async () => {
    const [store, another] = stores();
    const index = randomUUID();
    for (const member of ["b", "a", "päivää", "a"]) await store.enlist(index, member, longMs);
    expect([...(await another.list(index))].sort()).toEqual(["a", "b", "päivää"]);
  });

  it("leaves out members whose life is over", async () => {
    const [store] = stores();
    const index = randomUUID();
    await Promise.all([store.enlist(index, "long", longMs), store.enlist(index, "short", 60)]);
    await sleep(90);
    expect(await store.list(index)).toEqual(["long"]);
  });

  it.each(livesOver)("enlists nobody whose life is %d ms", async (livesMs) => {
    const [store] = stores();
    const index = randomUUID();
    await store.enlist(index, "over", livesMs);
    expect(await store.list(index)).toEqual([]);
  });

  it("keeps a member for the longer of two lives", async () => {
    const [store] = stores();
    const index = randomUUID();
    await store.enlist(index, "first long", longMs);
    await store.enlist(index, "first long", 60);
    await store.enlist(index, "then long", 60);
    await store.enlist(index, "then long", longMs);
    await sleep(90);
    expect([...(await store.list(index))].sort()).toEqual(["first long", "then long"]);
  });
}

function describeTopics(stores: ReadStores): void {
  it("tells everybody who listens", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const heard: string[] = [];
    await store.subscribe(topic, (message) => heard.push(`one ${message}`));
    await store.subscribe(topic, (message) => heard.push(`two ${message}`));
    await another.subscribe(topic, (message) => heard.push(`three ${message}`));
    await another.publish(topic, "päivää");
    await vi.waitFor(() => expect([...heard].sort()).toEqual(["one päivää", "three päivää", "two päivää"]));
  });

  it("tells one topic's messages to nobody else", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const heard: string[] = [];
    await store.subscribe(topic, (message) => heard.push(message));
    await store.subscribe(`${topic}.`, (message) => heard.push(message));
    await another.publish(topic, "first");
    await another.publish(`${topic}.`, "second");
    await vi.waitFor(() => expect([...heard].sort()).toEqual(["first", "second"]));
  });
}

function describeListeners(stores: ReadStores): void {
  it("tells nothing more to one that has stopped, and goes on telling the others", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const [stopped, goesOn]: [string[], string[]] = [[], []];
    const stop = await store.subscribe(topic, (message) => stopped.push(message));
    await store.subscribe(topic, (message) => goesOn.push(message));
    await stop();
    await stop();
    await another.publish(topic, "a message");
    await vi.waitFor(() => expect(goesOn).toEqual(["a message"]));
    expect(stopped).toEqual([]);
  });

  it("listens again after a stop in the same moment", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const heard: string[] = [];
    for (const round of [1, 2, 3]) {
      const stop = await store.subscribe(topic, () => heard.push(`stopped ${round}`));
      void stop();
    }
    await store.subscribe(topic, (message) => heard.push(message));
    await another.publish(topic, "a message");
    await vi.waitFor(() => expect(heard).toEqual(["a message"]));
  });

  it("goes on when a listener throws", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const heard: string[] = [];
    await store.subscribe(topic, () => {
      throw new Error("a listener's mistake");
    });
    await store.subscribe(topic, (message) => heard.push(message));
    await another.publish(topic, "first");
    await another.publish(topic, "second");
    await vi.waitFor(() => expect([...heard].sort()).toEqual(["first", "second"]));
  });

  it("tells nothing in the context of the request that subscribed or published", async () => {
    const [store, another] = stores();
    const topic = randomUUID();
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await request.run("a request", () => store.subscribe(topic, () => seen.push(request.getStore())));
    await request.run("another request", () => another.publish(topic, "a message"));
    await vi.waitFor(() => expect(seen).toEqual([undefined]));
  });
}

/** What every shared store promises while it can be reached. */
export function describeStoreContract(stores: ReadStores): void {
  describe("texts", () => describeTexts(stores));
  describe("lives", () => describeLives(stores));
  describe("remove", () => describeRemoval(stores));
  describe("replace", () => describeReplace(stores));
  describe("a replaced text", () => describeReplaced(stores));
  describe("indexes", () => describeIndexes(stores));
  describe("topics", () => describeTopics(stores));
  describe("listeners", () => describeListeners(stores));
}
