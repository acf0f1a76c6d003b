import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { answer } from "../../../../../test/support/token-request.ts";
import {
  createGranting,
  createServiceUnderTest,
  type Granting,
  someTarget,
} from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";

const target = someTarget();
const second = 1_000;
const gone = new Error("the caller hung up");

type Weather = "fine" | "down" | "refusing" | "hanging";

function createServer() {
  const fine = createGranting();
  const state: { weather: Weather; aborted: number } = { weather: "fine", aborted: 0 };
  const answers: Readonly<Record<Weather, Granting>> = {
    fine,
    down: () => answer({}, 429),
    refusing: () => answer({ error: "invalid_client" }, 401),
    hanging: (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          state.aborted += 1;
          reject(signal.reason);
        }),
      ),
  };
  return { state, ...createServiceUnderTest((form, signal) => answers[state.weather](form, signal)) };
}

describe("an unreachable server", () => {
  it("is bridged by a token that is still good, to its last safe second", async () => {
    const { state, tokens, clock, forms } = createServer();
    await tokens.acquire(target, {});
    state.weather = "down";
    clock.advance(294 * second);
    const held = await tokens.acquire(target, {});
    expect([held.value(), held.source]).toEqual(["token-1", "memory"]);
    await expect.poll(() => forms.length).toBe(2);
    clock.advance(second);
    await expect(tokens.acquire(target, {})).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
  });

  it("is not bridged for one who wants a token that no cache holds", async () => {
    const { state, tokens } = createServer();
    await tokens.acquire(target, {});
    state.weather = "down";
    await expect(tokens.acquire(target, { force: true })).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
    expect(tokens.find(target, undefined)?.value()).toBe("token-1");
  });

  it("fails all who wait with one request", async () => {
    const { state, tokens, forms } = createServer();
    state.weather = "down";
    const failed = await Promise.allSettled([tokens.acquire(target, {}), tokens.acquire(target, {})]);
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(forms).toHaveLength(1);
  });
});

describe("a caller who hangs up", () => {
  it("leaves the flight to the others", async () => {
    const { state, tokens } = createServer();
    const controller = new AbortController();
    const left = tokens.acquire(target, { signal: controller.signal });
    const stays = tokens.acquire(target, {});
    controller.abort(gone);
    await expect(left).rejects.toBe(gone);
    expect([(await stays).value(), state.aborted]).toEqual(["token-1", 0]);
  });

  it("ends the request when nobody is left, and the next one flies anew", async () => {
    const { state, tokens, forms } = createServer();
    state.weather = "hanging";
    const controller = new AbortController();
    const left = [1, 2].map(() => tokens.acquire(target, { signal: controller.signal }));
    await expect.poll(() => forms.length).toBe(1);
    controller.abort(gone);
    for (const one of left) await expect(one).rejects.toBe(gone);
    expect(state.aborted).toBe(1);
    state.weather = "fine";
    expect((await tokens.acquire(target, {})).source).toBe("server");
  });

  it("is not given a token when gone before it asked", async () => {
    const { tokens, forms } = createServer();
    await expect(tokens.acquire(target, { signal: AbortSignal.abort(gone) })).rejects.toBe(gone);
    expect(forms).toEqual([]);
  });
});

describe("a token that a backend refused", () => {
  const backend = "https://inventory.example.com";

  it("is renewed by one request for all who were refused", async () => {
    const { tokens, forms } = createServer();
    const held = await tokens.acquire(target, {});
    expect([tokens.reject(held, backend), tokens.reject(held, backend)]).toEqual([true, true]);
    expect(tokens.find(target, undefined)).toBeUndefined();
    const renewed = await Promise.all([tokens.acquire(target, {}), tokens.acquire(target, {})]);
    expect([renewed.map((token) => token.value()), forms.length]).toEqual([["token-2", "token-2"], 2]);
  });

  it("is not renewed when a newer one is there", async () => {
    const { tokens, forms } = createServer();
    const old = await tokens.acquire(target, {});
    await tokens.acquire(target, { force: true });
    expect(tokens.reject(old, backend)).toBe(true);
    expect([(await tokens.acquire(target, {})).value(), forms.length]).toEqual(["token-2", 2]);
  });

  it("is given up on for ten seconds for this key and backend, when the new one is refused too", async () => {
    const { tokens, clock } = createServer();
    tokens.reject(await tokens.acquire(target, {}), backend);
    const renewed = await tokens.acquire(target, {});
    expect(tokens.reject(renewed, backend)).toBe(false);
    expect(tokens.find(target, undefined)?.value()).toBe("token-2");
    clock.advance(9_999);
    expect(tokens.reject(renewed, backend)).toBe(false);
    clock.advance(1);
    expect(tokens.reject(renewed, backend)).toBe(true);
  });

  it("is given up on for no longer when the clock is put back", async () => {
    const { tokens, clock } = createServer();
    tokens.reject(await tokens.acquire(target, {}), backend);
    const renewed = await tokens.acquire(target, {});
    clock.advance(-3_600 * second);
    expect(tokens.reject(renewed, backend)).toBe(true);
  });

  it("may be renewed for another backend and another key meanwhile", async () => {
    const { tokens } = createServer();
    tokens.reject(await tokens.acquire(target, {}), backend);
    expect(tokens.reject(await tokens.acquire(target, {}), "https://shipping.example.com")).toBe(true);
    const other = someTarget({ requestedTokenType: "urn:x" });
    expect(tokens.reject(await tokens.acquire(other, {}), backend)).toBe(true);
  });

  it("stays in use when its renewal fails", async () => {
    const { state, tokens } = createServer();
    const held = await tokens.acquire(target, {});
    tokens.reject(held, backend);
    state.weather = "refusing";
    await expect(tokens.acquire(target, {})).rejects.toMatchObject({ error: "invalid_client" });
    expect(tokens.find(target, undefined)?.value()).toBe("token-1");
  });

  it("serves on when the server is unreachable", async () => {
    const { state, tokens } = createServer();
    tokens.reject(await tokens.acquire(target, {}), backend);
    state.weather = "down";
    expect((await tokens.acquire(target, {})).value()).toBe("token-1");
  });

  it("is renewed by the next caller when the first one hangs up", async () => {
    const { state, tokens, forms } = createServer();
    tokens.reject(await tokens.acquire(target, {}), backend);
    state.weather = "hanging";
    const controller = new AbortController();
    const left = tokens.acquire(target, { signal: controller.signal });
    await expect.poll(() => forms.length).toBe(2);
    controller.abort(gone);
    await expect(left).rejects.toBe(gone);
    await turn();
    expect(tokens.find(target, undefined)).toBeUndefined();
    state.weather = "fine";
    expect((await tokens.acquire(target, {})).source).toBe("server");
  });

  it("can always be asked for anew when it is a program's own", () => {
    const { tokens } = createServer();
    expect(tokens.reject(new ActorToken("own"), backend)).toBe(true);
  });
});
