import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../../../test/support/token-service.ts";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import type { DpopProver } from "../oauth/dpop.ts";
import { unbound } from "../tokens/token-binding.ts";
import { cancelledBy } from "../transport/cancellation.ts";
import { createResilience } from "../transport/resilience/create-resilience.ts";
import type { Transport } from "../transport/transport.ts";
import type { WireAnswer } from "../transport/wire.ts";
import { ActorToken } from "../values/actor-token.ts";
import { defaultCallSettings } from "../values/call-settings.ts";
import { HttpClient } from "./http-client.ts";
import type { HttpClientParts } from "./sending/http-client-parts.ts";

const timeoutMs = 60_000;
/** How long the renewals of these tests take, and what of it a timer may leave out. */
const [renewalMs, earlyMs] = [10, 2];

const toAnswer = (status: number, headers: WireAnswer["headers"] = {}): WireAnswer => ({
  status,
  headers,
  chunks: [],
  stream: undefined,
  firstByteAt: performance.now(),
});

/** A client with a token, and how long each of its requests may take, and until when; the backend gives these answers, and then 200. */
function open(answers: readonly WireAnswer[], changes: Partial<HttpClientParts> = {}) {
  const given: number[] = [];
  const ends: number[] = [];
  const transport: Transport = {
    async send(request) {
      given.push(request.timeoutMs);
      ends.push((request.sentAt ?? performance.now()) + request.timeoutMs);
      await turn();
      return answers[given.length - 1] ?? toAnswer(200);
    },
    async close() {},
  };
  const diagnostics = createDiagnostics("test", silentLogger);
  const client = new HttpClient({
    transport,
    diagnostics,
    token: new ActorToken("old"),
    traceHeaders: [],
    messageIdHeader: "x-request-id",
    reservedHeaders: ["x-request-id"],
    resilience: createResilience({ diagnostics }),
    settings: defaultCallSettings,
    grant: "clientCredentials",
    place: { service: "inventory", endpoint: "item" },
    timeoutMs,
    now: Date.now,
    cancellations: [],
    ...changes,
  });
  return { client: client.withBaseAddress("https://inventory.example.com"), given, ends };
}

const never = (): Promise<never> => new Promise(() => {});
const refused = { ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } };

describe("the renewal after a 401", () => {
  it("leaves the request that follows what is left of the time of the call", async () => {
    const renew = async () => {
      await sleep(renewalMs);
      return new ActorToken("new");
    };
    const { client, given } = open([toAnswer(401)], { renew });
    expect(await client.send({ url: "/items" })).toMatchObject({ ok: true });
    expect(given).toHaveLength(2);
    expect(given[0]).toBe(timeoutMs);
    expect(given[1]).toBeLessThanOrEqual(timeoutMs - renewalMs + earlyMs);
  });

  it("ends with the time of the call, whose answer is the 401", async () => {
    const { client, given } = open([toAnswer(401)], { renew: never });
    expect(await client.send({ url: "/items", timeoutMs: 20 })).toMatchObject(refused);
    expect(given).toEqual([20]);
  });

  it("is told when the time of the call is over", async () => {
    const signals: AbortSignal[] = [];
    const renew = (_refused: ActorToken, _backend: string, signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      return never();
    };
    await open([toAnswer(401)], { renew }).client.send({ url: "/items", timeoutMs: 20 });
    expect(signals[0]?.reason).toMatchObject({ name: "TimeoutError" });
  });

  it("ends with the caller who hangs up, by his reason", async () => {
    const controller = new AbortController();
    const cancellations = [cancelledBy(controller.signal)];
    const reason = new Error("gone");
    const renew = (): Promise<never> => {
      controller.abort(reason);
      return never();
    };
    const { client } = open([toAnswer(401)], { renew, cancellations });
    expect(await client.send({ url: "/items" })).toMatchObject({ ok: false, error: reason });
  });
});

/** A prover whose key signs in so many milliseconds. */
const proveIn = (ms: number): DpopProver => ({
  thumbprint: "t",
  keepNonce() {},
  async prove() {
    await sleep(ms);
    return { jwt: "a.b.c", nonce: undefined };
  },
});

describe("a request with a proof", () => {
  it("ends with the time of the call, of which the proof took its part once", async () => {
    const { client, given, ends } = open([], { binding: { ...unbound, dpop: proveIn(100) } });
    const startedAt = performance.now();
    expect(await client.send({ url: "/items" })).toMatchObject({ ok: true });
    expect(given[0]).toBeLessThan(timeoutMs - 90);
    expect(ends[0]).toBeGreaterThanOrEqual(startedAt + timeoutMs - 1);
  });
});

describe("a request that is sent again for a nonce", () => {
  it("has what is left of the time of the call", async () => {
    const challenge = { "dpop-nonce": "fresh", "www-authenticate": 'DPoP error="use_dpop_nonce"' };
    const { client, given } = open([toAnswer(401, challenge)], { binding: { ...unbound, dpop: proveIn(0) } });
    expect(await client.send({ url: "/items" })).toMatchObject({ ok: true });
    expect(given).toHaveLength(2);
    expect(given[1]).toBeLessThan(given[0] ?? 0);
  });
});
