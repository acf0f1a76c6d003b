import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { some } from "../../../../../test/support/some.ts";
import { answer, connectBy, createNetwork } from "../../../../../test/support/token-request.ts";
import { createMetadataSource, type MetadataSource } from "./metadata-source.ts";
import type { ServerFetch } from "./server-connection.ts";

const issuer = "https://as.example.com";
const hour = 3_600_000;
const good = (): Response => answer(some.metadata(issuer));
const moved = (): Response => answer(some.metadata(issuer, { token_endpoint: `${issuer}/moved` }));
const broken = (): Response => answer({}, 429, { "retry-after": "1" });

function createSource(fetch: ServerFetch, clock = createClock(), timeoutMs?: number): MetadataSource {
  return createMetadataSource(connectBy(fetch), { now: clock.now, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
}

describe("createMetadataSource", () => {
  it("asks nothing before the first use", () => {
    const network = createNetwork(good);
    expect(createSource(network.fetch).authority).toBe(`${issuer}/`);
    expect(network.asked).toEqual([]);
  });

  it("asks once for all who wait, and keeps the answer for an hour", async () => {
    const clock = createClock();
    const network = createNetwork(good);
    const source = createSource(network.fetch, clock);
    await Promise.all(Array.from({ length: 20 }, () => source.get("a")));
    clock.advance(hour - 1);
    await source.get("a");
    expect(network.asked).toHaveLength(1);
  });

  it("reads a newer document after an hour", async () => {
    const clock = createClock();
    const source = createSource(createNetwork(good, moved).fetch, clock);
    await source.get("a");
    clock.advance(hour);
    expect((await source.get("a")).tokenEndpoint?.pathname).toBe("/moved");
  });

  it("gives a failure for two seconds, then asks again", async () => {
    const clock = createClock();
    const network = createNetwork(broken, good);
    const source = createSource(network.fetch, clock);
    const failed = { code: "BEHALF_TOKEN_UNREACHABLE", status: 429 };
    await expect(source.get("a")).rejects.toMatchObject({ ...failed, client: "a" });
    clock.advance(1_999);
    await expect(source.get("b")).rejects.toMatchObject({ ...failed, client: "b" });
    expect(network.asked).toHaveLength(1);
    clock.advance(1);
    expect((await source.get("a")).issuer).toBe(issuer);
  });

  it("leaves a server alone for as long as its 429 says", async () => {
    const clock = createClock();
    const network = createNetwork(() => answer({}, 429, { "retry-after": "60" }), good);
    const source = createSource(network.fetch, clock);
    await expect(source.get("a")).rejects.toMatchObject({ status: 429 });
    clock.advance(59_999);
    await expect(source.get("a")).rejects.toMatchObject({ status: 429 });
    clock.advance(1);
    expect((await source.get("a")).issuer).toBe(issuer);
  });

  it("asks again at once where the clock was put back", async () => {
    const clock = createClock();
    const source = createSource(createNetwork(broken, good).fetch, clock);
    await expect(source.get("a")).rejects.toMatchObject({ status: 429 });
    clock.advance(-hour);
    expect((await source.get("a")).issuer).toBe(issuer);
  });

  it("names each client in its own error", async () => {
    const source = createSource(createNetwork(broken).fetch);
    const failed = await Promise.allSettled([source.get("a"), source.get("b")]);
    const reason = { status: 429, retryAfterMs: 1_000 };
    expect(failed).toMatchObject([{ reason: { client: "a", ...reason } }, { reason: { client: "b", ...reason } }]);
  });

  it("keeps what it knows while the server is away, and looks again a minute later", async () => {
    const clock = createClock();
    const network = createNetwork(good, broken, moved);
    const source = createSource(network.fetch, clock);
    const known = await source.get("a");
    clock.advance(hour);
    expect(await source.get("a")).toBe(known);
    clock.advance(59_999);
    expect(await source.get("a")).toBe(known);
    clock.advance(1);
    expect((await source.get("a")).tokenEndpoint?.pathname).toBe("/moved");
    expect(network.asked).toHaveLength(3);
  });

  it("gives up after its time", async () => {
    const silent: ServerFetch = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    await expect(createSource(silent, createClock(), 5).get("a")).rejects.toMatchObject({
      code: "BEHALF_TOKEN_TIMEOUT",
      client: "a",
    });
  });
});
