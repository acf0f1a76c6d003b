import { describe, expect, it } from "vitest";
import { createServerFetch } from "../../packages/behalf/src/lib/transport/server-fetch.ts";
import { answer } from "../support/scripted-backend.ts";
import { openTransport } from "../support/send-over-transport.ts";
import { startOneBackend } from "../support/start-servers.ts";

const megabyte = 1024 * 1024;
const open = (): ReturnType<typeof createServerFetch> => createServerFetch(openTransport());

describe("createServerFetch", () => {
  it("sends method, headers and form, and gives a global response", async () => {
    const backend = await startOneBackend();
    const body = new URLSearchParams({ a: "1 2" });
    const response = await open()(`${backend.url}/token?x=1`, { method: "POST", headers: { "x-a": "1" }, body });
    expect(response).toBeInstanceOf(globalThis.Response);
    expect(backend.request()).toMatchObject({
      method: "POST",
      url: "/token?x=1",
      body: "a=1+2",
      headers: { "x-a": "1" },
    });
  });

  it("reads a megabyte, and not more", async () => {
    const backend = await startOneBackend();
    backend.next(answer.status(200, {}, "x".repeat(megabyte)), answer.status(200, {}, "x".repeat(megabyte + 1)));
    const fetch = open();
    expect(await (await fetch(backend.url, { method: "GET", headers: {} })).text()).toHaveLength(megabyte);
    await expect(fetch(backend.url, { method: "GET", headers: {} })).rejects.toBeInstanceOf(RangeError);
  });

  it("follows no redirect", async () => {
    const backend = await startOneBackend({ handler: answer.redirect("/elsewhere") });
    const { status } = await open()(backend.url, { method: "GET", headers: {} });
    expect([status, backend.requests.length]).toEqual([302, 1]);
  });

  it("gives the error of fetch when the server cannot be reached, with the code of the cause", async () => {
    const backend = await startOneBackend();
    await backend.close();
    const error: unknown = await open()(backend.url, { method: "GET", headers: {} }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  it("gives the reason of the signal", async () => {
    const backend = await startOneBackend({ handler: answer.hang() });
    const reason = new Error("nobody waits");
    const asked = open()(backend.url, { method: "GET", headers: {}, signal: AbortSignal.abort(reason) });
    await expect(asked).rejects.toBe(reason);
  });

  it("gives the time-out of a signal", async () => {
    const backend = await startOneBackend({ handler: answer.hang() });
    const asked = open()(backend.url, { method: "GET", headers: {}, signal: AbortSignal.timeout(20) });
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("rejects once it is closed", async () => {
    const transport = openTransport();
    await transport.close();
    const asked = createServerFetch(transport)("http://127.0.0.1:9", { method: "GET", headers: {} });
    await expect(asked).rejects.toBeInstanceOf(TypeError);
  });
});
