import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { some } from "../../../../../test/support/some.ts";
import { answer } from "../../../../../test/support/token-request.ts";
import {
  createGranting,
  createServiceUnderTest,
  type Granting,
  type ServiceUnderTest,
  someTarget,
} from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { toErrand } from "./errand.ts";
import { createRefreshChains } from "./refresh-chains.ts";
import { unbound } from "./token-binding.ts";

const target = someTarget();
const exchange = someTarget({ grantType: "tokenExchange" });
const second = 1_000;

/** What this unsigned JWT says of its end is in seconds since the epoch. */
const jwtUntil = (epochMs: number): ActorToken =>
  new ActorToken(`eyJ.${Buffer.from(JSON.stringify({ exp: epochMs / second })).toString("base64url")}.x`);

const until = async ({ tokens, clock, forms }: ServiceUnderTest, ms: number): Promise<number> => {
  clock.advance(ms);
  await tokens.acquire(target, {});
  return forms.length;
};

describe("the life of a token", () => {
  it("is what the server says", async () => {
    const service = createServiceUnderTest();
    const { entry } = await service.tokens.acquire(target, {});
    expect(entry.expiresAt - entry.fetchedAt).toBe(300 * second);
    expect(await until(service, 200 * second)).toBe(1);
    expect(await until(service, 95 * second)).toBe(2);
  });

  it("ends with the subject's", async () => {
    const { tokens, clock } = createServiceUnderTest();
    const end = clock.now() + 20 * second;
    const { entry } = await tokens.acquire(exchange, { subject: jwtUntil(end) });
    expect(entry.expiresAt).toBe(end);
  });

  it("is not prolonged by the subject's", async () => {
    const { tokens, clock } = createServiceUnderTest();
    const { entry } = await tokens.acquire(exchange, { subject: jwtUntil(clock.now() + 900 * second) });
    expect(entry.expiresAt - entry.fetchedAt).toBe(300 * second);
  });

  it("is the JWT's where the server says nothing", async () => {
    const service = createServiceUnderTest((form) => {
      const access_token = jwtUntil(service.clock.now() + 77 * second).value();
      return answer(some.tokenResponse({ access_token, expires_in: undefined, form: form.size }));
    });
    const { entry } = await service.tokens.acquire(target, {});
    expect(entry.expiresAt - entry.fetchedAt).toBe(77 * second);
  });

  it.each([
    [undefined, 300 * second],
    [1e300, 366 * 24 * 3_600 * second],
  ])("is bounded when the server says %s", async (expires_in, livesMs) => {
    const { tokens } = createServiceUnderTest(createGranting({ expires_in }));
    const { entry } = await tokens.acquire(target, {});
    expect(entry.expiresAt - entry.fetchedAt).toBe(livesMs);
  });

  it.each([0, 1, 5])("of %i s serves the call that fetched it, and is not kept", async (expires_in) => {
    const { tokens, store, forms } = createServiceUnderTest(createGranting({ expires_in }));
    const [first, joined] = await Promise.all([tokens.acquire(target, {}), tokens.acquire(target, {})]);
    expect([first.value(), joined.value(), store.stats().entries]).toEqual(["token-1", "token-1", 0]);
    await tokens.acquire(target, {});
    expect(forms).toHaveLength(2);
  });
});

describe("a token service", () => {
  it("answers from memory at once, and says where the token comes from", async () => {
    const { tokens, forms } = createServiceUnderTest();
    expect(tokens.find(target, undefined)).toBeUndefined();
    const [first, joined] = await Promise.all([tokens.acquire(target, {}), tokens.acquire(target, {})]);
    const found = tokens.find(target, undefined);
    expect([first.source, joined.source, found?.source]).toEqual(["server", "joined", "memory"]);
    expect(await tokens.acquire(target, {})).toBe(found);
    expect(forms).toHaveLength(1);
  });

  it("asks again when forced, and keeps what comes", async () => {
    const { tokens } = createServiceUnderTest();
    await tokens.acquire(target, {});
    expect((await tokens.acquire(target, { force: true })).value()).toBe("token-2");
    expect(tokens.find(target, undefined)?.value()).toBe("token-2");
  });

  it("asks once for 1,000 calls of one caller", async () => {
    const { tokens, forms } = createServiceUnderTest();
    const subject = new ActorToken("alice");
    const held = await Promise.all(Array.from({ length: 1_000 }, () => tokens.acquire(exchange, { subject })));
    expect([forms.length, new Set(held.map((token) => token.value())).size]).toEqual([1, 1]);
  });

  it("asks 100 times for 1,000 calls of 100 callers, and mixes none up", async () => {
    const echo: Granting = (form) =>
      answer(some.exchangeResponse({ access_token: `for-${form.get("subject_token")}` }));
    const { tokens, forms } = createServiceUnderTest(echo);
    const callers = Array.from({ length: 1_000 }, (_, index) => `caller-${index % 100}`);
    const held = await Promise.all(callers.map((name) => tokens.acquire(exchange, { subject: new ActorToken(name) })));
    expect(forms).toHaveLength(100);
    expect(held.map((token) => token.value())).toEqual(callers.map((name) => `for-${name}`));
  });

  it("does not share between two scopes", async () => {
    const { tokens, forms } = createServiceUnderTest();
    const [read, write] = ["read", "write"].map((scope) => someTarget({ scope: MultiStringValue.from(scope) }));
    const held = await Promise.all([read, write].flatMap((one) => (one ? [tokens.acquire(one, {})] : [])));
    expect(new Set(held.map((token) => token.value())).size).toBe(2);
    expect(forms.map((form) => form.get("scope"))).toEqual(["read", "write"]);
  });

  it("keeps a caller's own token apart from that of the caller with an actor", async () => {
    const { tokens, forms } = createServiceUnderTest();
    const subject = new ActorToken("alice");
    const actor = { token: new ActorToken("robot"), tokenType: "urn:x" };
    await tokens.acquire(exchange, { subject });
    await tokens.acquire(exchange, { subject, actor });
    await tokens.acquire(exchange, { subject, actor: { ...actor, tokenType: "urn:y" } });
    expect(forms).toHaveLength(3);
    expect(tokens.find(exchange, subject)?.value()).toBe("token-1");
  });

  it("runs its requests outside of the caller's context", async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const granting = createGranting();
    const { tokens } = createServiceUnderTest((form, signal) => {
      seen.push(storage.getStore());
      return granting(form, signal);
    });
    const inside = await storage.run("alice's request", async () => {
      await tokens.acquire(target, {});
      return storage.getStore();
    });
    expect([seen, inside]).toEqual([[undefined], "alice's request"]);
  });

  it("shows no secret in what it works with", async () => {
    const { tokens } = createServiceUnderTest(createGranting({ access_token: "marker-token" }));
    const credentials = {
      clientId: "a",
      clientSecret: new Secret("marker-secret"),
      authentication: "client_secret_post",
    } as const;
    const secretive = someTarget({ grantType: "tokenExchange" });
    const subject = new ActorToken("marker-subject");
    const held = await tokens.acquire(secretive, { subject });
    const chains = createRefreshChains(Date.now);
    const errand = toErrand(secretive, { subject, proofs: { credentials, binding: unbound } }, chains);
    const everything = { secretive, held, entry: held.entry, errand, tokens };
    expect(inspect(everything, { depth: 12, showHidden: true })).not.toContain("marker-");
    expect(JSON.stringify([secretive, held, errand])).not.toContain("marker-");
  });
});
