import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openRequest } from "../../support/open-behalf.ts";
import { answer } from "../../support/scripted-backend.ts";
import { openCalls } from "./open-calls.ts";

const timedOut = { ok: false, error: { code: "BEHALF_BACKEND_TIMEOUT" } };
const never = (): Promise<never> => new Promise(() => {});

describe("a hook that takes time", () => {
  it.each([
    ["onRequest", { onRequest: never }],
    ["onResponse", { onResponse: never }],
  ])("ends with the time of its call as %s", async (_name, hooks) => {
    const { behalf } = await openCalls({ inventory: { grantType: "none", timeoutMs: 100, ...hooks } });
    expect(await behalf.service("inventory").endpoint("items").get()).toMatchObject(timedOut);
  });

  it("leaves the backend what is left of the time", async () => {
    const onRequest = async () => void (await sleep(300));
    const { backend, behalf } = await openCalls({
      root: { deadlineHeader: "x-left" },
      inventory: { timeoutMs: 5_000, onRequest },
    });
    await behalf.service("inventory").endpoint("items").get().unwrap();
    expect(Number(backend.request().headers["x-left"])).toBeLessThanOrEqual(4_710);
  });

  it("sends nothing for a caller who has hung up meanwhile", async () => {
    const { backend, behalf } = await openCalls({ inventory: { onRequest: async () => void (await sleep(100)) } });
    const { run, hangUp } = openRequest(behalf);
    const outcome = run(async () => await behalf.service("inventory").endpoint("items").get());
    setTimeout(hangUp, 20);
    expect(await outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
    expect(backend.requests).toHaveLength(0);
  });
});

describe("a schema of a body that takes time", () => {
  it("ends with the time of its call", async () => {
    const { behalf } = await openCalls({ inventory: { grantType: "none", timeoutMs: 100 } });
    const bodySchema = z.unknown().refine(never);
    const outcome = await behalf.service("inventory").endpoint("items").post({ json: {}, bodySchema });
    expect(outcome).toMatchObject(timedOut);
  });
});

describe("a caller who waits for less than the backend takes", () => {
  it("opens no breaker for the others", async () => {
    const { backend, behalf } = await openCalls({
      root: { deadlineHeader: "x-left" },
      inventory: { breaker: { minCalls: 5 } },
    });
    await behalf.service("inventory").endpoint("items").get().unwrap();
    backend.handle(answer.delay(800));
    const { run } = openRequest(behalf, { "x-left": "30" });
    const impatient = Array.from({ length: 10 }, () =>
      run(async () => await behalf.service("inventory").endpoint("items").get()),
    );
    for (const outcome of await Promise.all(impatient)) expect(outcome).toMatchObject(timedOut);
    expect(await behalf.service("inventory").endpoint("items").get()).toMatchObject({ ok: true });
  });
});
