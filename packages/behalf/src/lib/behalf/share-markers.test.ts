import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { createMemoryServer, type MemoryServer } from "../../../../../test/support/memory-shared-store.ts";
import { recordEvents } from "../../../../../test/support/record-events.ts";
import {
  beginMarkerProcess as begin,
  createRingKey,
  type MarkerProcess,
} from "../../../../../test/support/shared-process.ts";
import { the } from "../../../../../test/support/the.ts";
import type { SharedStore } from "../tokens/shared-store.ts";

const often = { rounds: { everyMs: 25, retryMs: 10 } };
const dayMs = 86_400_000;

/** Lets a process evict alice, and gives the message that the others get, as somebody has it who listens to the store. */
async function overhear(server: MemoryServer, one: MarkerProcess) {
  const heard: string[] = [];
  const store = server.connect();
  const topic = one.shared.seal.nameOf("marker", "left");
  await store.subscribe(topic, (message) => heard.push(message));
  await one.evict(the.alice);
  await vi.waitFor(() => expect(heard).toHaveLength(1));
  return { store, topic, message: heard[0] ?? "" };
}

describe("an eviction", () => {
  it("holds in the processes that listen, at once", async () => {
    const server = createMemoryServer();
    const [one, other] = [await begin(server.connect()), await begin(server.connect())];
    expect(await one.evict(the.alice)).toBe(true);
    await vi.waitFor(() => expect(other.refuses(the.alice)).toBe(true), { interval: 1 });
    expect(other.refuses(the.bob)).toBe(false);
  });

  it("holds in a process that begins later, before its first caller is let in", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    await one.evict(the.alice);
    await one.evict(the.bob);
    const other = await begin(server.connect());
    expect([other.refuses(the.alice), other.refuses(the.bob), other.markers.size]).toEqual([true, true, 2]);
  });

  it("holds in a process that was not told, with its next look", async () => {
    const server = createMemoryServer();
    const [one, other] = [await begin(server.connect()), await begin(server.connect(), often)];
    server.faults.deaf = true;
    await one.evict(the.alice);
    await vi.waitFor(() => expect(other.refuses(the.alice)).toBe(true));
  });

  it("keeps its instant and its end", async () => {
    const server = createMemoryServer();
    const clock = createClock();
    const one = await begin(server.connect(), { clock });
    await one.evict(the.alice);
    clock.advance(3 * dayMs);
    const other = await begin(server.connect(), { clock });
    expect(other.markers.list()).toEqual(one.markers.list());
    clock.advance(4 * dayMs - 1);
    expect(other.refuses(the.alice)).toBe(false);
    expect(other.markers.size).toBe(1);
    clock.advance(1);
    expect(other.refuses(the.alice)).toBe(false);
    expect(other.markers.size).toBe(0);
  });

  it("holds at once where it was made, whatever becomes of it, and asks nothing later", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    const evicting = one.evict(the.alice);
    const asked = server.asked();
    expect(one.refuses(the.alice)).toBe(true);
    expect(server.asked()).toBe(asked);
    await evicting;
  });

  it("is one of many, and every page that they stand in is small", async () => {
    const server = createMemoryServer();
    const lengths: number[] = [];
    const store = server.connect();
    const list: SharedStore["list"] = async (index) => {
      const members = await store.list(index);
      lengths.push(members.length);
      return members;
    };
    const one = await begin(server.connect());
    await Promise.all(Array.from({ length: 1_300 }, (_, index) => one.evict(`subject ${index}`)));
    const other = await begin({ ...store, list });
    expect([other.markers.size, other.refuses("subject 0"), other.refuses("subject 1299")]).toEqual([
      1_300,
      true,
      true,
    ]);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(500);
  });
});

describe("while the store is away", () => {
  it("an eviction holds in its own process, and says that it goes no further", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    server.faults.away = true;
    expect(await one.evict(the.alice)).toBe(false);
    expect(one.refuses(the.alice)).toBe(true);
  });

  it.each([
    ["answers with errors", { away: true }],
    ["hangs", { delayMs: 60_000 }],
  ])("callers are let in all the same: it %s", async (_how, faults) => {
    const server = createMemoryServer();
    Object.assign(server.faults, faults);
    const startedAt = performance.now();
    const { refuses, sharing } = await begin(server.connect());
    expect([refuses(the.alice), sharing.starting()]).toEqual([false, undefined]);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("an eviction waits no longer than a quarter of a second", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    server.faults.delayMs = 60_000;
    const startedAt = performance.now();
    expect(await one.evict(the.alice)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("while the store is full", () => {
  it("an eviction holds in the processes that listen, and is written when there is room", async () => {
    const server = createMemoryServer();
    const [one, other] = [await begin(server.connect(), often), await begin(server.connect())];
    server.faults.full = true;
    expect(await one.evict(the.alice)).toBe(false);
    await vi.waitFor(() => expect(other.refuses(the.alice)).toBe(true));
    server.faults.full = false;
    one.clock.advance(30_000);
    await vi.waitFor(async () => expect((await begin(server.connect())).refuses(the.alice)).toBe(true));
  });

  it("what is there is not read over and over for what is not taken", async () => {
    const server = createMemoryServer();
    const listed: string[] = [];
    const store = server.connect();
    const list: SharedStore["list"] = (index) => {
      listed.push(index);
      return store.list(index);
    };
    const one = await begin({ ...store, list }, often);
    const { nameOf } = one.shared.seal;
    const oldPage = nameOf("markers", `page ${Math.floor(one.clock.now() / 600_000)}`);
    const readAgain = async (times: number): Promise<void> => {
      listed.length = 0;
      const looks = () => listed.filter((name) => name === nameOf("markers", "pages")).length;
      await vi.waitFor(() => expect(looks()).toBeGreaterThan(times), { interval: 5 });
    };
    await one.evict(the.alice);
    one.clock.advance(dayMs);
    server.faults.full = true;
    await one.evict(the.bob);
    await vi.waitFor(() => expect(one.shared.store.writable).toBe(false));
    await readAgain(3);
    await readAgain(5);
    expect(listed).not.toContain(oldPage);
  });

  it("what is there is still read, also by those who found nothing in it", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    await one.evict(the.alice);
    const store = server.connect();
    const epoch = one.shared.seal.nameOf("markers", "epoch");
    await store.remove(epoch);
    server.faults.full = true;
    const other = await begin(server.connect(), often);
    await sleep(100);
    expect([other.refuses(the.alice), other.shared.store.available]).toEqual([true, true]);
  });
});

describe("when the store is back", () => {
  it.each([
    ["with what it had", () => {}],
    ["with nothing", (server: ReturnType<typeof createMemoryServer>) => server.flush()],
  ])("an eviction that it missed holds everywhere: %s", async (_how, restart) => {
    const server = createMemoryServer();
    const [one, other] = [await begin(server.connect(), often), await begin(server.connect(), often)];
    await one.evict(the.alice);
    server.faults.away = true;
    expect(await one.evict(the.bob)).toBe(false);
    restart(server);
    server.faults.away = false;
    for (const each of [one, other]) each.clock.advance(30_000);
    await vi.waitFor(() => expect(other.refuses(the.bob)).toBe(true));
    const later = await begin(server.connect());
    expect([later.refuses(the.alice), later.refuses(the.bob)]).toEqual([true, true]);
  });

  it("nothing is added that is there already", async () => {
    const server = createMemoryServer();
    const added: string[] = [];
    const store = server.connect();
    const enlist: SharedStore["enlist"] = (index, member, livesMs) => {
      if (member.startsWith("b1.")) added.push(member);
      return store.enlist(index, member, livesMs);
    };
    const one = await begin({ ...store, enlist }, often);
    await one.evict(the.alice);
    const asked = server.asked();
    await vi.waitFor(() => expect(server.asked()).toBeGreaterThan(asked + 6));
    server.faults.away = true;
    await one.evict(the.bob);
    added.length = 0;
    server.faults.away = false;
    await vi.waitFor(() => expect(added).toHaveLength(1));
    await sleep(80);
    expect(added).toHaveLength(1);
  });

  it("what it lost while nobody evicted anybody is there again", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect(), often);
    await one.evict(the.alice);
    server.flush();
    await vi.waitFor(async () => expect((await begin(server.connect())).refuses(the.alice)).toBe(true));
  });

  it("what a process reads that knew nothing does not hide what others know", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect(), often);
    await one.evict(the.alice);
    server.flush();
    const empty = await begin(server.connect(), often);
    await vi.waitFor(() => expect(empty.refuses(the.alice)).toBe(true));
  });
});

describe("what is in the store", () => {
  it("does not show whom an eviction was about", async () => {
    const server = createMemoryServer();
    const { markers, sharing } = await begin(server.connect());
    const facts = { subject: "alice@example.com", issuer: "https://login.example.com", sessionId: "session-1" };
    await sharing.share(markers.evict({ subject: facts.subject, issuer: facts.issuer }));
    await sharing.share(markers.evict({ sessionId: facts.sessionId }));
    const dump = server.dump();
    const sought = Object.values(facts).flatMap((fact) => {
      const sha = createHash("sha256").update(fact).digest();
      return [fact, sha.toString("hex"), sha.toString("base64url"), sha.toString("base64")];
    });
    expect(sought.filter((text) => dump.includes(text) || dump.includes(encodeURIComponent(text)))).toEqual([]);
    expect(dump).toContain("b1.key-");
  });

  it("stays there for as long as it counts, also when it was written late", async () => {
    const server = createMemoryServer();
    const lives = new Map<string, number>();
    const store = server.connect();
    const enlist: SharedStore["enlist"] = (index, member, livesMs) => {
      lives.set(member.startsWith("b1.") ? "marker" : "page", livesMs);
      return store.enlist(index, member, livesMs);
    };
    const one = await begin({ ...store, enlist }, often);
    server.faults.away = true;
    await one.evict(the.alice);
    lives.clear();
    one.clock.advance(dayMs);
    server.faults.away = false;
    await vi.waitFor(() => expect(lives.get("marker")).toBe(6 * dayMs));
    expect(lives.get("page")).toBeGreaterThan(7 * dayMs);
  });

  it("is not taken from somebody without the key, and that is a record", async () => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const one = await begin(server.connect());
    const stranger = await begin(server.connect(), { keys: [createRingKey()] });
    const marker = stranger.markers.evict({ subject: the.alice });
    const forged = stranger.shared.seal.seal("anything", JSON.stringify({ version: 1, ...marker }));
    const store = server.connect();
    const topic = one.shared.seal.nameOf("marker", "left");
    for (const message of ["", "plain.", forged, JSON.stringify({ version: 1, ...marker })]) {
      await store.publish(topic, message);
    }
    await vi.waitFor(() => expect(records).toEqual([{ instance: "orders", what: "marker", problem: "foreign" }]));
    expect(one.markers.size).toBe(0);
  });

  it("counts in its own place only", async () => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const one = await begin(server.connect());
    const { store, message } = await overhear(server, one);
    server.flush();
    const turn = Math.floor(one.clock.now() / 600_000);
    await store.enlist(one.shared.seal.nameOf("markers", "pages"), String(turn), dayMs);
    await store.enlist(one.shared.seal.nameOf("markers", `page ${turn}`), message, dayMs);
    const other = await begin(server.connect());
    expect([other.markers.size, records.map(({ problem }) => problem)]).toEqual([0, ["foreign"]]);
  });

  it.each([
    ["version", { version: 2, kind: "subject", key: "x" }],
    ["malformed", { version: 1, kind: "planet", key: "A".repeat(43), at: 0 }],
    ["malformed", { version: 1, kind: "subject", key: "alice", at: 0 }],
    ["malformed", { version: 1, kind: "subject", key: "A".repeat(43), at: "now" }],
    ["malformed", "[]"],
    ["malformed", "{"],
  ])("is not taken where it cannot be read: %s %j", async (problem, written) => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const one = await begin(server.connect());
    const topic = one.shared.seal.nameOf("marker", "left");
    const text = typeof written === "string" ? written : JSON.stringify(written);
    await server.connect().publish(topic, one.shared.seal.seal(topic, text));
    await vi.waitFor(() => expect(records.map((record) => record.problem)).toEqual([problem]));
    expect(one.markers.size).toBe(0);
  });

  it("means the same when it is said again, also after its end", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect());
    const { store, topic, message } = await overhear(server, one);
    const before = one.markers.list();
    await store.publish(topic, message);
    await sleep(10);
    expect(one.markers.list()).toEqual(before);
    one.clock.advance(7 * dayMs);
    await store.publish(topic, message);
    await sleep(10);
    expect(one.markers.list()).toEqual([]);
  });
});

describe("a ring of keys", () => {
  it("lets processes with the old key and with both know of each other's evictions", async () => {
    const server = createMemoryServer();
    const [old, young] = [createRingKey(), createRingKey()];
    const one = await begin(server.connect(), { keys: [old, young] });
    const other = await begin(server.connect(), { keys: [young, old] });
    await one.evict(the.alice);
    await other.evict(the.bob);
    await vi.waitFor(() => expect([one.refuses(the.bob), other.refuses(the.alice)]).toEqual([true, true]));
    for (const keys of [
      [old, young],
      [young, old],
    ]) {
      const later = await begin(server.connect(), { keys });
      expect([later.refuses(the.alice), later.refuses(the.bob)]).toEqual([true, true]);
    }
  });
});

describe("a process", () => {
  it("looks at nothing twice, and finds what is new", async () => {
    const server = createMemoryServer();
    const [one, other] = [await begin(server.connect()), await begin(server.connect(), often)];
    server.faults.deaf = true;
    await one.evict(the.alice);
    await vi.waitFor(() => expect(other.refuses(the.alice)).toBe(true));
    const open = vi.spyOn(other.shared.seal, "open");
    await sleep(100);
    expect(open).not.toHaveBeenCalled();
    await one.evict(the.bob);
    await vi.waitFor(() => expect(other.refuses(the.bob)).toBe(true));
    expect(open).toHaveBeenCalledTimes(1);
  });

  it("listens once, and again where that was refused", async () => {
    const server = createMemoryServer();
    const store = server.connect();
    let tries = 0;
    const subscribe: SharedStore["subscribe"] = (topic, listener) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error("refused")) : store.subscribe(topic, listener);
    };
    const one = await begin({ ...store, subscribe }, often);
    await vi.waitFor(() => expect(tries).toBe(2));
    await sleep(100);
    expect(tries).toBe(2);
    await (await begin(server.connect())).evict(the.alice);
    await vi.waitFor(() => expect(one.refuses(the.alice)).toBe(true));
  });

  it("takes no request with it that evicted somebody", async () => {
    const server = createMemoryServer();
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const store = server.connect();
    const read: SharedStore["read"] = (name) => {
      seen.push(request.getStore());
      return store.read(name);
    };
    const one = await begin({ ...store, read }, often);
    server.faults.away = true;
    await request.run("a request", () => one.evict(the.alice));
    server.faults.away = false;
    const before = seen.length;
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(before + 1));
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  it("passes on what it was told before its end, and asks nothing after it", async () => {
    const server = createMemoryServer();
    const one = await begin(server.connect(), often);
    server.faults.delayMs = 30;
    void one.evict(the.alice);
    await one.sharing.close();
    server.faults.away = true;
    await sleep(60);
    Object.assign(server.faults, { away: false, delayMs: 0 });
    const asked = server.asked();
    expect(await one.evict(the.bob)).toBe(false);
    await sleep(80);
    expect(server.asked()).toBe(asked);
    expect((await begin(server.connect())).refuses(the.alice)).toBe(true);
  });
});
