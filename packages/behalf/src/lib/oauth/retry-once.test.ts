import { describe, expect, it, vi } from "vitest";
import { answer, createNetwork } from "../../../../../test/support/token-request.ts";
import { retryOnce } from "./retry-once.ts";
import type { ServerFetch } from "./server-connection.ts";

const good = (): Response => answer({ good: true });
const away = (): Response => answer({}, 503);
const broken = (): never => {
  throw new TypeError("fetch failed");
};
const send = (fetch: ServerFetch, signal: AbortSignal | null = null): Promise<Response> =>
  retryOnce(fetch)("https://as.example.com/token", { method: "POST", headers: {}, body: "a=b", signal });

describe("retryOnce", () => {
  it.each([
    ["a network error", broken],
    ["a 5xx", away],
  ])("sends the same request once more after %s", async (_, first) => {
    const network = createNetwork(first, good);
    expect((await send(network.fetch)).status).toBe(200);
    const [one, two] = network.asked;
    expect(two).toEqual(one);
  });

  it("gives the second 5xx back", async () => {
    const network = createNetwork(away);
    expect((await send(network.fetch)).status).toBe(503);
    expect(network.asked).toHaveLength(2);
  });

  it("throws the second network error", async () => {
    const network = createNetwork(broken);
    await expect(send(network.fetch)).rejects.toThrow(TypeError);
    expect(network.asked).toHaveLength(2);
  });

  it.each([200, 302, 400, 401, 403, 429])("does not repeat after %i", async (status) => {
    const network = createNetwork(() => answer({}, status));
    await send(network.fetch);
    expect(network.asked).toHaveLength(1);
  });

  it.each([new RangeError("too large"), new DOMException("late", "TimeoutError")])(
    "does not repeat after %s",
    async (error) => {
      const network = createNetwork(() => Promise.reject(error));
      await expect(send(network.fetch)).rejects.toBe(error);
      expect(network.asked).toHaveLength(1);
    },
  );

  it("cancels the body of the answer that it drops", async () => {
    const cancel = vi.fn();
    const dropped = new Response(new ReadableStream({ cancel }), { status: 503 });
    await send(createNetwork(() => dropped, good).fetch);
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("throws the reason of an abort before or during the wait", async () => {
    const reason = new Error("gone");
    const network = createNetwork(away);
    const controller = new AbortController();
    const waiting = send(network.fetch, controller.signal);
    setTimeout(() => controller.abort(reason), 10);
    await expect(waiting).rejects.toBe(reason);
    await expect(send(network.fetch, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(network.asked).toHaveLength(2);
  });
});
