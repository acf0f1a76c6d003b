import { describe, expect, it, vi } from "vitest";
import { openInventory } from "../support/open-inventory.ts";
import { answer } from "../support/scripted-backend.ts";

const params = { sku: "1" };

describe("a call's time", () => {
  it("is up at the endpoint's deadline", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    await run(() => behalf.service("inventory").endpoint("late").get({ timeoutMs: 20_000 }).unwrap());
    backend.handle(answer.hang());
    const outcome = await run(() => behalf.service("inventory").endpoint("late").get());
    expect(outcome).toMatchObject({
      ok: false,
      error: {
        name: "BackendUnreachableError",
        code: "BEHALF_BACKEND_TIMEOUT",
        service: "inventory",
        endpoint: "late",
      },
    });
  });

  it("is up at the call's own deadline", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    await run(() => behalf.service("inventory").endpoint("item").get({ params }).unwrap());
    backend.handle(answer.stream(["half"], { open: true }));
    const outcome = await run(() => behalf.service("inventory").endpoint("item").get({ params, timeoutMs: 30 }));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_TIMEOUT" } });
  });
});

describe("a signal", () => {
  it("ends the call with its very reason", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(answer.hang());
    const { run } = await receive();
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = run(() => behalf.service("inventory").endpoint("item").get({ params, signal })).then();
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    expect(await outcome).toMatchObject({ ok: false, error: reason });
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("that has aborted keeps everything from being sent", async () => {
    const { as, backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const reason = new Error("too late");
    const signal = AbortSignal.abort(reason);
    const outcome = await run(() => behalf.service("inventory").endpoint("item").get({ params, signal }));
    expect(outcome).toMatchObject({ ok: false, error: reason });
    expect([as.count("token"), backend.connections]).toEqual([0, 0]);
  });

  it("ends the wait for a token", async () => {
    const { as, behalf, receive } = await openInventory();
    as.hold();
    const { run } = await receive();
    const controller = new AbortController();
    const { signal } = controller;
    const outcome = run(() => behalf.service("inventory").endpoint("item").get({ params, signal })).then();
    await vi.waitFor(() => expect(as.count("token")).toBe(1));
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    expect(await outcome).toMatchObject({ ok: false, error: reason });
  });
});

describe("a caller who hangs up", () => {
  it("ends the calls of the request", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(answer.hang());
    const { run, hangUp } = await receive();
    const outcome = run(() => behalf.service("inventory").endpoint("item").get({ params })).then();
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    hangUp();
    expect(await outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
    await vi.waitFor(() => expect(backend.request().aborted).toBe(true));
  });

  it("breaks a stream that nobody reads, and not the process", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(answer.stream(["half"], { open: true }));
    const { run, hangUp } = await receive();
    const stream = await run(() => behalf.service("inventory").endpoint("item").get({ params }).stream().unwrap());
    hangUp();
    await vi.waitFor(() => expect(stream.destroyed).toBe(true));
    await expect(stream.toArray()).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("close", () => {
  it("waits for running calls, then refuses", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const item = behalf.service("inventory").endpoint("item");
    backend.next(answer.delay(50));
    const running = run(() => item.get({ params })).then();
    await vi.waitFor(() => expect(backend.requests).toHaveLength(1));
    const closed = behalf.close();
    expect(await run(() => item.get({ params }))).toMatchObject({ ok: false, error: { refusal: "closed" } });
    expect((await running).ok).toBe(true);
    await closed;
    await vi.waitFor(() => expect(backend.openConnections).toBe(0));
  });

  it("waits for calls that wait for their tokens", async () => {
    const { as, backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    const item = behalf.service("inventory").endpoint("item");
    const gate = as.hold("token");
    const running = run(() => item.get({ params })).then();
    await gate.arrived(1);
    const closed = behalf.close();
    expect(await run(() => item.get({ params }))).toMatchObject({ ok: false, error: { refusal: "closed" } });
    gate.release();
    expect((await running).ok).toBe(true);
    await closed;
    expect(backend.requests).toHaveLength(1);
  });

  it("can be called twice", async () => {
    const { behalf } = await openInventory();
    await Promise.all([behalf.close(), behalf.close()]);
    await behalf.close();
  });
});

describe("an unreachable backend", () => {
  it("is an error that names service and endpoint, with the code of the cause", async () => {
    const { backend, behalf, receive } = await openInventory();
    const { run } = await receive();
    await backend.close();
    const outcome = await run(() => behalf.service("inventory").endpoint("item").get({ params }));
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: "BEHALF_BACKEND_UNREACHABLE", endpoint: "item", cause: { code: "ECONNREFUSED" } },
    });
  });

  it("is an error also when the answer is too large for the memory", async () => {
    const { backend, behalf, receive } = await openInventory();
    backend.handle(answer.status(200, {}, "x".repeat(10 * 1024 * 1024 + 1)));
    const { run } = await receive();
    const outcome = await run(() => behalf.service("inventory").endpoint("item").get({ params }));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_UNREADABLE" } });
  });
});
