import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { recordEvents } from "../../../../../../test/support/record-events.ts";
import { createRingKey } from "../../../../../../test/support/shared-process.ts";
import { openSharingProcess, type SharingProcess, someErrand } from "../../../../../../test/support/sharing-process.ts";
import { unbound } from "../token-binding.ts";
import type { ObtainedToken } from "./shared-tokens.ts";
import { writeStoredToken } from "./stored-token.ts";

const errand = someErrand();

function openTwo(): readonly [SharingProcess, SharingProcess] {
  const server = createMemoryServer();
  return [openSharingProcess(server.connect()), openSharingProcess(server.connect())];
}

const textOf = ({ entry }: ObtainedToken): string => entry.held.value();

describe("what one process has fetched", () => {
  it("is fetched once for all who want it at the same time", async () => {
    const server = createMemoryServer();
    const processes = Array.from({ length: 8 }, () => openSharingProcess(server.connect()));
    const fetching = processes.map((one) =>
      one.obtain(errand, {
        async fetch() {
          await sleep(50);
          return one.make(errand);
        },
      }),
    );
    const obtained = await Promise.all(fetching);
    expect(processes.map((one) => one.fetches()).toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    expect(new Set(obtained.map(textOf)).size).toBe(1);
    expect(obtained.filter(({ source }) => source === "store")).toHaveLength(7);
  });

  it("is found by another one later, with its life", async () => {
    const [one, other] = openTwo();
    const fetched = await one.obtain(errand);
    await one.settle();
    const found = await other.obtain(errand);
    expect([found.source, textOf(found)]).toEqual(["store", textOf(fetched)]);
    expect(found.entry).toMatchObject({
      key: errand.key,
      partyKey: errand.partyKey,
      binding: errand.proofs.binding,
      renewLeftMs: fetched.entry.renewLeftMs,
    });
    expect(Math.abs(found.entry.expiresAt - fetched.entry.expiresAt)).toBeLessThan(1_000);
  });

  it("is nobody's who asks for something else", async () => {
    const [one, other] = openTwo();
    await one.obtain(errand);
    await one.settle();
    expect((await other.obtain(someErrand({ clientId: "another" }))).source).toBe("server");
  });

  it("will not do for one who wants what no cache holds, and what that one fetched is found", async () => {
    const [one, other] = openTwo();
    await one.obtain(errand);
    await one.settle();
    const forced = await other.obtain(errand, { force: true });
    expect(forced.source).toBe("server");
    await other.settle();
    expect(textOf(await one.obtain(errand))).toBe(textOf(forced));
  });

  it("is not kept where it may not be", async () => {
    const [one, other] = openTwo();
    await one.obtain(errand, { mayKeep: () => false });
    await one.settle();
    expect((await other.obtain(errand)).source).toBe("server");
  });

  it("is not kept where it is bound to another key than others look for", async () => {
    const [one, other] = openTwo();
    const binding = { ...unbound, certificateThumbprint: "another" };
    await one.obtain(errand, { fetch: async () => one.make(errand, { changes: { binding } }) });
    await one.settle();
    expect((await other.obtain(errand)).source).toBe("server");
  });

  it("is called out, so that nobody has to look again", async () => {
    const server = createMemoryServer();
    const one = openSharingProcess(server.connect());
    await one.obtain(errand);
    await one.settle();
    expect(server.dump()).toContain(`written ${one.seal.nameOf("token", errand.key)}`);
  });

  it("is found by one who has looked too early, and then taken the lock", async () => {
    const server = createMemoryServer();
    const one = openSharingProcess(server.connect());
    const store = server.connect();
    const replace: typeof store.replace = async (...change) => {
      await one.obtain(errand);
      await one.settle();
      return store.replace(...change);
    };
    const late = openSharingProcess({ ...store, replace });
    expect((await late.obtain(errand)).source).toBe("store");
    await late.settle();
    expect(await store.read(one.seal.nameOf("lock", errand.key))).toBeUndefined();
  });

  it("is not waited for by its writer until it is written", async () => {
    const store = createMemoryServer().connect();
    let written = false;
    const write: typeof store.write = async (...stored) => {
      await sleep(50);
      await store.write(...stored);
      written = true;
    };
    const slow = openSharingProcess({ ...store, write });
    await slow.obtain(errand);
    expect(written).toBe(false);
    await slow.settle();
    expect(written).toBe(true);
  });
});

describe("a token that takes the place of another", () => {
  const renew = async (wish: {
    livesMs: number;
    fetchedLater?: number;
    rejected?: boolean;
  }): Promise<ObtainedToken> => {
    const [one, other] = openTwo();
    const held = other.make(errand, { changes: { fetchedAt: other.clock.now() - 1_000 } });
    held.rejected = wish.rejected ?? false;
    const fetchedAt = one.clock.now() + (wish.fetchedLater ?? 0);
    const changes = { fetchedAt, expiresAt: fetchedAt + wish.livesMs };
    await one.obtain(errand, { fetch: async () => one.make(errand, { changes }) });
    await one.settle();
    return other.obtain(errand, { replaces: held });
  };

  it("is one that lives longer", async () => {
    expect((await renew({ livesMs: 310_000 })).source).toBe("store");
    expect((await renew({ livesMs: 290_000 })).source).toBe("server");
  });

  it("is one that was fetched later where a backend has refused that other", async () => {
    expect((await renew({ livesMs: 290_000, rejected: true })).source).toBe("store");
    expect((await renew({ livesMs: 310_000, fetchedLater: -2_000, rejected: true })).source).toBe("server");
  });

  it("is never the same", async () => {
    const [one, other] = openTwo();
    const { entry } = await one.obtain(errand);
    await one.settle();
    const [fetchedAt, expiresAt] = [other.clock.now() - 10_000, other.clock.now() + 1_000];
    const held = other.make(errand, { text: entry.held.value(), changes: { fetchedAt, expiresAt } });
    held.rejected = true;
    expect((await other.obtain(errand, { replaces: held })).source).toBe("server");
  });
});

describe("a stored value that cannot be used", () => {
  const otherErrand = someErrand({ clientId: "another" });
  const flip = (text: string): string => `${text.slice(0, 40)}${text[40] === "A" ? "B" : "A"}${text.slice(41)}`;
  const life = { fetchedAt: Date.now(), expiresAt: Date.now() + 300_000, renewLeftMs: 0 };

  it.each([
    ["tampered with", "foreign", (text: string) => flip(text)],
    ["cut off", "foreign", (text: string) => text.slice(0, -5)],
    [
      "sealed by another key",
      "foreign",
      (_: string, name: string, { make }: SharingProcess) =>
        openSharingProcess(createMemoryServer().connect(), { keys: [createRingKey()] }).seal.seal(
          name,
          writeStoredToken({ ...life, token: make(errand).held }),
        ),
    ],
    [
      "moved from another place",
      "foreign",
      (_: string, __: string, { seal, make }: SharingProcess) =>
        seal.seal(seal.nameOf("token", otherErrand.key), writeStoredToken({ ...life, token: make(errand).held })),
    ],
    [
      "not encrypted",
      "foreign",
      (_: string, __: string, { make }: SharingProcess) => writeStoredToken({ ...life, token: make(errand).held }),
    ],
    [
      "of a later version",
      "version",
      (_: string, name: string, { seal }: SharingProcess) => seal.seal(name, JSON.stringify({ version: 2 })),
    ],
    ["no token", "malformed", (_: string, name: string, { seal }: SharingProcess) => seal.seal(name, "{}")],
  ] as const)("because it is %s is a miss, one event, and written anew", async (_, problem, change) => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const store = server.connect();
    const [one, other] = [openSharingProcess(server.connect()), openSharingProcess(server.connect())];
    await one.obtain(errand);
    await one.settle();
    const name = one.seal.nameOf("token", errand.key);
    await store.write(name, change((await store.read(name)) ?? "", name, one), 300_000);
    const fetched = await other.obtain(errand);
    expect(fetched.source).toBe("server");
    expect(records).toEqual([{ instance: "orders", what: "token", problem }]);
    await other.settle();
    expect(textOf(await one.obtain(errand))).toBe(textOf(fetched));
  });

  it("is told of once, however long a process waits for another one", async () => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const [one, other] = [openSharingProcess(server.connect()), openSharingProcess(server.connect())];
    await server.connect().write(one.seal.nameOf("token", errand.key), "garbage", 300_000);
    const slow = async () => {
      await sleep(350);
      return one.make(errand);
    };
    const first = one.obtain(errand, { fetch: slow });
    await sleep(20);
    await Promise.all([first, other.obtain(errand)]);
    expect(other.fetches()).toBe(0);
    expect(records).toHaveLength(2);
  });
});

describe("the keys of two processes", () => {
  const [oldKey, newKey] = [createRingKey(), createRingKey()];

  it("may differ while a new one is given out: what the old key sealed is found", async () => {
    const server = createMemoryServer();
    const before = openSharingProcess(server.connect(), { keys: [oldKey] });
    const between = openSharingProcess(server.connect(), { keys: [newKey, oldKey] });
    const { entry } = await before.obtain(errand);
    await before.settle();
    expect(textOf(await between.obtain(errand))).toBe(entry.held.value());
  });

  it("are no common ones after it: nothing is found, and nothing is said", async () => {
    const records = recordEvents("behalf:store");
    const server = createMemoryServer();
    const [before, after] = [oldKey, newKey].map((key) => openSharingProcess(server.connect(), { keys: [key] }));
    await before?.obtain(errand);
    await before?.settle();
    expect((await after?.obtain(errand))?.source).toBe("server");
    expect(records).toEqual([]);
  });
});
