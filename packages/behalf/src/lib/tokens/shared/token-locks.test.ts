import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMemoryServer } from "../../../../../../test/support/memory-shared-store.ts";
import { openSharingProcess, type SharingProcess, someErrand } from "../../../../../../test/support/sharing-process.ts";
import { TokenRefusedError } from "../../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import type { SharedStore } from "../shared-store.ts";

const errand = someErrand();
const claims = '{"access_token":{}}';
const refusal = (error = "invalid_grant") =>
  new TokenRefusedError({ error, errorDescription: "why", claims, status: 400, client: "c", service: "s", grant: "g" });
const failure = () => new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREACHABLE", url: "https://as", client: "c" });

async function measure(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work.catch(() => {});
  return performance.now() - startedAt;
}

function openMany(count: number): readonly SharingProcess[] {
  const server = createMemoryServer();
  return Array.from({ length: count }, () => openSharingProcess(server.connect()));
}

/** A server that takes its time. */
function createSlowServer(takesMs: number) {
  let [atOnce, most] = [0, 0];
  return {
    async serve(): Promise<void> {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await sleep(takesMs);
      atOnce -= 1;
    },
    /** How many it served at the same time, at most. */
    most: () => most,
  };
}

/** All ask at once, and each request fails after a while. */
function failAll(processes: readonly SharingProcess[], error: Error, server = createSlowServer(0)) {
  const fetch = async () => {
    await server.serve();
    throw error;
  };
  return Promise.allSettled(processes.map((one) => one.obtain(errand, { fetch })));
}

const sumFetches = (processes: readonly SharingProcess[]): number =>
  processes.reduce((sum, one) => sum + one.fetches(), 0);

describe("when the server refuses the token to the one that asks", () => {
  it("it is refused to all by one request", async () => {
    const processes = openMany(6);
    const ends = await failAll(processes, refusal(), createSlowServer(50));
    expect(sumFetches(processes)).toBe(1);
    for (const end of ends) {
      const { reason } = end.status === "rejected" ? end : { reason: undefined };
      expect(reason).toBeInstanceOf(TokenRefusedError);
      expect(reason).toMatchObject({ error: "invalid_grant", status: 400, client: "c", grant: "g" });
      expect([reason.errorDescription(), reason.claims()]).toEqual(["why", claims]);
    }
  });

  it("others are told who ask a while after, but not one who wants what no cache holds", async () => {
    const [one, other] = openMany(2);
    await failAll(one ? [one] : [], refusal());
    await one?.settle();
    await expect(other?.obtain(errand)).rejects.toMatchObject({
      error: "invalid_grant",
      service: "services.inventory",
    });
    expect((await other?.obtain(errand, { force: true }))?.source).toBe("server");
    await other?.settle();
    expect((await one?.obtain(errand))?.source).toBe("store");
  });

  it("the store does not show why", async () => {
    const server = createMemoryServer();
    const one = openSharingProcess(server.connect());
    await failAll([one], refusal());
    await one.settle();
    expect(server.dump()).toContain(`lock:`);
    expect(server.dump()).not.toMatch(/invalid_grant|why/);
  });
});

describe("when the request of the one that asks fails by its own fault", () => {
  it.each([
    ["no answer came", failure()],
    ["the server does not know its secret", refusal("invalid_client")],
    ["its settings are wrong", new TypeError("of its own")],
  ])("the others ask for themselves, and not one after the other: %s", async (_, error) => {
    const processes = openMany(6);
    const server = createSlowServer(200);
    await failAll(processes, error, server);
    expect(sumFetches(processes)).toBe(6);
    expect(server.most()).toBeGreaterThan(2);
  });

  it("the first of them that has a token shares it", async () => {
    const [one, other, third] = openMany(3);
    await failAll(one ? [one] : [], failure());
    await one?.settle();
    expect((await other?.obtain(errand))?.source).toBe("server");
    await other?.settle();
    expect((await third?.obtain(errand))?.source).toBe("store");
  });

  it("a token that is over at once has nobody wait for another one", async () => {
    const processes = openMany(6);
    const server = createSlowServer(200);
    const obtaining = processes.map((one) =>
      one.obtain(errand, {
        async fetch() {
          await server.serve();
          return one.make(errand, { livesMs: 4_000 });
        },
      }),
    );
    await Promise.all(obtaining);
    expect(sumFetches(processes)).toBe(6);
    expect(server.most()).toBeGreaterThan(2);
  });
});

describe("a lock", () => {
  it("that is let go of by one whom nobody waits for is taken by the next one, and no other", async () => {
    const [one, ...others] = openMany(4);
    const controller = new AbortController();
    const fetch = (): Promise<never> =>
      new Promise((_, reject) => controller.signal.addEventListener("abort", () => reject(new Error("left"))));
    const left = one?.obtain(errand, { fetch, signal: controller.signal });
    await sleep(30);
    const waiting = others.map((other) =>
      other.obtain(errand, {
        async fetch() {
          await sleep(150);
          return other.make(errand);
        },
      }),
    );
    controller.abort();
    await expect(left).rejects.toThrow("left");
    await Promise.all(waiting);
    expect(sumFetches(others)).toBe(1);
  });

  it("is not waited for by one whom nobody waits for", async () => {
    const [one, other] = openMany(2);
    const controller = new AbortController();
    void one?.obtain(errand, { fetch: () => new Promise(() => {}) });
    await sleep(30);
    const waiting = other?.obtain(errand, { signal: controller.signal });
    controller.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    expect(other?.fetches()).toBe(0);
  });

  it("of a process that crashed is waited for no longer than it lives, and one of the others asks", async () => {
    const processes = openMany(4);
    const [first, ...others] = processes;
    void first?.obtain(errand, { fetch: () => new Promise(() => {}) });
    await sleep(30);
    const durationMs = await measure(Promise.all(others.map((one) => one.obtain(errand))));
    expect(durationMs).toBeGreaterThan(2_000);
    expect(durationMs).toBeLessThan(5_000);
    expect(sumFetches(others)).toBe(1);
  });

  it("that is never let go of is waited for as long as a request may take", async () => {
    const server = createMemoryServer();
    const one = openSharingProcess(server.connect());
    await server.connect().write(one.seal.nameOf("lock", errand.key), "somebody", 60_000);
    const durationMs = await measure(one.obtain(errand));
    expect(one.fetches()).toBe(1);
    expect(durationMs).toBeLessThan(12_000);
  }, 20_000);

  it("counts as taken where the store did it, and says that it did not", async () => {
    const server = createMemoryServer();
    const store = server.connect();
    const forgetful: SharedStore = {
      ...store,
      async replace(name, change) {
        await store.replace(name, change);
        return store.replace(name, change);
      },
    };
    const one = openSharingProcess(forgetful);
    expect(await measure(one.obtain(errand))).toBeLessThan(2_000);
    await one.settle();
    expect(await store.read(one.seal.nameOf("lock", errand.key))).toBeUndefined();
  });

  it("is let go of where the store did not say in time that it was taken", async () => {
    const server = createMemoryServer();
    const store = server.connect();
    const silent: SharedStore = {
      ...store,
      async replace(name, change) {
        await store.replace(name, change);
        return new Promise<never>(() => {});
      },
    };
    const one = openSharingProcess(silent);
    expect((await one.obtain(errand)).source).toBe("server");
    await one.settle();
    expect(await store.read(one.seal.nameOf("lock", errand.key))).toBeUndefined();
    expect(await store.read(one.seal.nameOf("token", errand.key))).toBeDefined();
  });
});

describe("without the store", () => {
  it("each process asks for itself, at once", async () => {
    const server = createMemoryServer();
    server.faults.away = true;
    const processes = Array.from({ length: 4 }, () => openSharingProcess(server.connect()));
    expect(await measure(Promise.all(processes.map((one) => one.obtain(errand))))).toBeLessThan(2_000);
    expect(sumFetches(processes)).toBe(4);
  });

  it("one answer that does not come is waited for, and no second one", async () => {
    const server = createMemoryServer();
    server.faults.delayMs = 1_000;
    const one = openSharingProcess(server.connect());
    let asked = 0;
    const fetch = async () => {
      asked = server.asked();
      return one.make(errand);
    };
    await one.obtain(errand, { fetch });
    // Its text and its life.
    expect(asked).toBe(2);
  });
});
