import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { BodyCallOptions } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCalls } from "./open-calls.ts";

const silent = (): Readable => new Readable({ read() {} });

/** What nobody has caught, until the test ends. */
function listUncaught(): readonly unknown[] {
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", note);
  onTestFinished(() => {
    process.removeListener("uncaughtException", note);
    for (const other of others) process.on("uncaughtException", other);
  });
  return uncaught;
}

describe("a body that is not sent", () => {
  it.each([{}, { maxRequestBytes: 1_000 }])("ends no process when it breaks before, with %o", async (bound) => {
    const { behalf } = await openCalls();
    const uncaught = listUncaught();
    const body = createReadStream(new URL("there-is-no-such-file", import.meta.url));
    const outcome = await behalf
      .service("inventory")
      .endpoint("items")
      .post({ body, ...bound });
    await sleep(20);
    expect([outcome.ok, uncaught]).toEqual([false, []]);
  });

  it("ends no process when it breaks while fetch waits for its token", async () => {
    const { behalf } = await openCalls();
    const uncaught = listUncaught();
    const body = createReadStream(new URL("there-is-no-such-file", import.meta.url));
    const init = { method: "POST", body: body as unknown as string };
    await expect(behalf.service("inventory").fetch("items", init)).rejects.toThrow();
    await sleep(20);
    expect(uncaught).toEqual([]);
  });

  it.each([{}, { maxRequestBytes: 1_000 }])("is closed when the backend is away, with %o", async (bound) => {
    const { behalf, backend } = await openCalls();
    await behalf.service("inventory").endpoint("items").get().unwrap();
    await backend.close();
    const body = silent();
    await behalf
      .service("inventory")
      .endpoint("items")
      .post({ body, ...bound });
    expect(body.destroyed).toBe(true);
  });

  it("is closed in each attempt for which a function opened it", async () => {
    const { behalf, backend } = await openCalls({ inventory: { retry: { attempts: 3, budget: 1, minDelayMs: 1 } } });
    await behalf.service("inventory").endpoint("items").get().unwrap();
    await backend.close();
    const opened: Readable[] = [];
    const body = (): Readable => {
      opened.push(silent());
      return opened.at(-1) ?? silent();
    };
    await behalf.service("inventory").endpoint("items").put({ body });
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  });

  it.each([
    ["a query", { query: { a: { b: 1 } } }],
    ["a header", { headers: { host: "elsewhere" } }],
  ])("is closed when %s is refused", async (_what, refused) => {
    const { behalf } = await openCalls();
    const body = silent();
    // What no compiler lets through, a program in JavaScript can give.
    const options = { body, ...refused } as unknown as BodyCallOptions;
    await behalf.service("inventory").endpoint("items").post(options);
    expect(body.destroyed).toBe(true);
  });

  it("is closed when fetch refuses its URL", async () => {
    const { behalf } = await openCalls();
    const body = silent();
    const init = { method: "POST", body: body as unknown as string };
    await expect(behalf.service("inventory").fetch("https://elsewhere.example", init)).rejects.toMatchObject({
      code: "BEHALF_REQUEST_REFUSED",
    });
    expect(body.destroyed).toBe(true);
  });

  it("is cancelled as a web stream when there is no token for it", async () => {
    const { as, behalf } = await openCalls();
    await as.close();
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      cancel() {
        cancelled = true;
      },
    });
    const outcome = await behalf.service("inventory").endpoint("items").post({ body });
    await expect.poll(() => cancelled).toBe(true);
    expect(outcome.ok).toBe(false);
  });
});

describe("an answer that nobody reads", () => {
  it("gives the place of its call back where it has no body", async () => {
    const { behalf } = await openCalls({ inventory: { bulkhead: { maxConcurrent: 1 } } });
    for (let count = 0; count < 3; count += 1) {
      const { status } = await behalf.service("inventory").fetch("items", { method: "HEAD" });
      expect(status).toBe(200);
      await sleep(5);
    }
  });
});
