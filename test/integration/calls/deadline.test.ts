import { describe, expect, it } from "vitest";
import { openRequest } from "../../support/open-behalf.ts";
import { answer } from "../../support/scripted-backend.ts";
import { openCalls } from "./open-calls.ts";

const params = { sku: "1" };
const deadlineHeader = "X-Time-Left";

const openTimed = (timeoutMs?: number) =>
  openCalls({ root: { deadlineHeader }, inventory: timeoutMs === undefined ? {} : { timeoutMs } });

const readLeftMs = (header: string | string[] | undefined): number => Number(header);

describe("the deadline header", () => {
  it("tells the backend what is left of the time of the call", async () => {
    const { backend, behalf } = await openTimed(5_000);
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    const leftMs = readLeftMs(backend.request().headers["x-time-left"]);
    expect(leftMs).toBeGreaterThan(3_000);
    expect(leftMs).toBeLessThanOrEqual(5_000);
    expect(Number.isInteger(leftMs)).toBe(true);
  });

  it("tells less where the caller waits for less", async () => {
    const { backend, behalf } = await openTimed();
    const { run } = openRequest(behalf, { "x-time-left": "2000" });
    await run(() => behalf.service("inventory").endpoint("item").get({ params }).unwrap());
    expect(readLeftMs(backend.request().headers["x-time-left"])).toBeLessThanOrEqual(2_000);
  });

  it("tells less with each attempt", async () => {
    const { backend, behalf } = await openTimed(5_000);
    backend.next(answer.delay(30, answer.unauthorized()));
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    const [first = 0, second = 0] = backend.requests.map(({ headers }) => readLeftMs(headers["x-time-left"]));
    expect(second).toBeLessThanOrEqual(first - 29);
  });

  it("ends a call when the caller stops waiting", async () => {
    const { backend, behalf } = await openTimed();
    await behalf.service("inventory").endpoint("item").get({ params }).unwrap();
    backend.handle(answer.hang());
    const { run } = openRequest(behalf, { "x-time-left": "50" });
    const outcome = await run(async () => await behalf.service("inventory").endpoint("item").get({ params }));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_TIMEOUT", endpoint: "item" } });
  });

  it("keeps a call from being sent for a caller who waits no longer", async () => {
    const { backend, behalf } = await openTimed();
    const { run } = openRequest(behalf, { "x-time-left": "0" });
    const outcome = await run(async () => await behalf.service("inventory").endpoint("item").get({ params }));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_TIMEOUT" } });
    await expect(run(() => behalf.service("inventory").fetch("items/1"))).rejects.toMatchObject({
      code: "BEHALF_BACKEND_TIMEOUT",
    });
    expect(backend.requests).toHaveLength(0);
  });

  it.each(["-5", "1e3", "soon", "", "99999999999", "0x10", "5.5"])("takes no notice of %j", async (value) => {
    const { backend, behalf } = await openTimed(5_000);
    const { run } = openRequest(behalf, { "x-time-left": value });
    await run(() => behalf.service("inventory").endpoint("item").get({ params }).unwrap());
    expect(readLeftMs(backend.request().headers["x-time-left"])).toBeGreaterThan(3_000);
  });

  it("is Behalf's own: a program cannot give it", async () => {
    const { behalf } = await openTimed();
    const given = { params, headers: { "x-time-left": "1" } };
    expect(await behalf.service("inventory").endpoint("item").get(given)).toMatchObject({
      error: { code: "BEHALF_REQUEST_REFUSED", subject: "x-time-left" },
    });
  });

  it("is not sent unless it is configured", async () => {
    const { backend, behalf } = await openCalls();
    const { run } = openRequest(behalf, { "x-time-left": "0" });
    await run(() => behalf.service("inventory").endpoint("item").get({ params }).unwrap());
    expect(backend.request().headers).not.toHaveProperty("x-time-left");
  });
});
