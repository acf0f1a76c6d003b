import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { createServers } from "../../packages/behalf/src/lib/oauth/servers.ts";
import { createMemoryStore } from "../../packages/behalf/src/lib/tokens/memory-store.ts";
import { createRefreshChains } from "../../packages/behalf/src/lib/tokens/refresh-chains.ts";
import { createTokenService } from "../../packages/behalf/src/lib/tokens/token-service.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { createClock } from "../support/clock.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { connectTo } from "../support/token-request.ts";
import { provenByTest, silentLogger, someTarget, type TokensUnderTest } from "../support/token-service.ts";

const clock = createClock();
let as: ScriptedAs;
let tokens: TokensUnderTest;
let close: () => Promise<void>;

beforeEach(async () => {
  as = await startScriptedAs({ clock, issuerPath: "/tenant1" });
  const network = connectTo(as.issuer);
  close = network.close;
  const diagnostics = createDiagnostics("orders", silentLogger);
  const { now } = clock;
  tokens = provenByTest(
    createTokenService({
      store: createMemoryStore({ maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 }),
      servers: createServers({ fetch: network.connection.fetch, insecureRequestsAllowed: false, diagnostics, now }),
      chains: createRefreshChains(now),
      diagnostics,
      now,
    }),
  );
});
afterEach(async () => {
  await close();
  await as.close();
});

const target = () => someTarget({ authority: as.issuer });
const exchange = () => someTarget({ authority: as.issuer, grantType: "tokenExchange" });
const tokenOf = async (sub: string): Promise<ActorToken> => new ActorToken(await as.issue(some.claims({ sub })));

describe("a token service over the network", () => {
  it("asks nothing before the first token is wanted, then metadata and token once", async () => {
    expect(as.requests).toHaveLength(0);
    await Promise.all(Array.from({ length: 1_000 }, () => tokens.acquire(target(), {})));
    expect([as.count("metadata"), as.count("token")]).toEqual([1, 1]);
  });

  it("asks 100 times for 1,000 calls of 100 callers", async () => {
    const callers = await Promise.all(Array.from({ length: 100 }, (_, index) => tokenOf(`caller-${index}`)));
    const one = exchange();
    const calls = Array.from({ length: 10 }, () => callers).flat();
    const held = await Promise.all(calls.map((subject) => tokens.acquire(one, { subject })));
    const subjects = held.map(
      (token) => JSON.parse(Buffer.from(token.value().split(".")[1] ?? "", "base64url").toString()).sub,
    );
    expect(as.count("token")).toBe(100);
    expect(subjects).toEqual(calls.map((_, index) => `caller-${index % 100}`));
  });

  it("starts while the server is down, and works when it is up", async () => {
    as.faults.always("metadata", fault.status(503));
    await expect(tokens.acquire(target(), {})).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREACHABLE",
      status: 503,
      client: the.clientId,
    });
    as.faults.clear();
    clock.advance(2_000);
    expect((await tokens.acquire(target(), {})).source).toBe("server");
  });

  it("serves the old token while the server is down, and a new one when it is up", async () => {
    const first = await tokens.acquire(target(), {});
    as.faults.always("token", fault.drop());
    clock.advance(270_000);
    expect((await tokens.acquire(target(), {})).value()).toBe(first.value());
    as.faults.clear();
    clock.advance(20_000);
    await tokens.acquire(target(), {});
    await expect.poll(() => tokens.find(target(), undefined)?.value()).not.toBe(first.value());
  });

  it("aborts its request when the last caller hangs up", async () => {
    await tokens.acquire(target(), {});
    const gate = as.hold();
    const controller = new AbortController();
    const waiting = tokens.acquire(target(), { force: true, signal: controller.signal });
    await gate.arrived();
    controller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await expect.poll(() => as.tokenRequest().aborted).toBe(true);
    gate.release();
  });

  it("publishes what it tolerated, and no token", async () => {
    const records: unknown[] = [];
    const listener = (record: unknown): void => void records.push(record);
    subscribe("behalf:token", listener);
    onTestFinished(() => void unsubscribe("behalf:token", listener));
    as.faults.next("token", fault.change({ issued_token_type: undefined }), fault.oauthError("invalid_grant"));
    const subject = await tokenOf(the.alice);
    const held = await tokens.acquire(exchange(), { subject });
    await expect(tokens.acquire(exchange(), { subject, force: true })).rejects.toThrow();
    expect(records).toMatchObject([
      {
        instance: "orders",
        grant: "tokenExchange",
        client: the.clientId,
        tolerated: ["issued_token_type"],
        livesMs: 300_000,
      },
      { error: "BEHALF_TOKEN_REFUSED", refusal: "invalid_grant", livesMs: undefined, tolerated: [] },
    ]);
    expect(JSON.stringify(records)).not.toMatch(new RegExp(`eyJ|${held.value().slice(-20)}`));
  });
});
