import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { recordEvents } from "../../../../../test/support/record-events.ts";
import { answer } from "../../../../../test/support/token-request.ts";
import {
  createGranting,
  createServiceUnderTest,
  type Granting,
  proofs,
  someTarget,
} from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import { Secret } from "../values/secret.ts";
import type { ClientProofs } from "./client-proofs.ts";

const target = someTarget();
const exchange = someTarget({ grantType: "tokenExchange" });
const second = 1_000;
/** In the last quarter of five minutes, whatever the chance. */
const window = 235 * second;

const refuse: Granting = () => answer({ error: "invalid_scope" }, 400);

/** A server whose way to answer can be changed. */
function open(changes: Readonly<Record<string, unknown>> = {}) {
  const granting = createGranting(changes);
  const server: { answer: Granting } = { answer: granting };
  const service = createServiceUnderTest((form, signal) => server.answer(form, signal));
  return { ...service, server, granting };
}

/** A server that answers when it is let. */
function holdBack({ server, granting }: ReturnType<typeof open>): () => void {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.answer = async (form, signal) => {
    await gate;
    return granting(form, signal);
  };
  return () => release();
}

const jwtUntil = (epochMs: number): ActorToken =>
  new ActorToken(`eyJ.${Buffer.from(JSON.stringify({ exp: epochMs / second })).toString("base64url")}.x`);

describe("a token that should be renewed", () => {
  it("is given at once, and is another one for those who come after", async () => {
    const { tokens, clock, forms } = open();
    await tokens.acquire(target, {});
    clock.advance(window);
    expect(tokens.find(target, undefined)?.value()).toBe("token-1");
    await expect.poll(() => tokens.find(target, undefined)?.value()).toBe("token-2");
    expect(forms).toHaveLength(2);
  });

  it("is given at once by acquire, too", async () => {
    const service = open();
    const { tokens, clock } = service;
    await tokens.acquire(target, {});
    const release = holdBack(service);
    clock.advance(window);
    expect((await tokens.acquire(target, {})).source).toBe("memory");
    release();
    await expect.poll(() => tokens.find(target, undefined)?.value()).toBe("token-2");
  });

  it("is renewed once for a thousand who use it meanwhile", async () => {
    const service = open();
    const { tokens, clock, forms } = service;
    await tokens.acquire(target, {});
    const release = holdBack(service);
    clock.advance(window);
    for (let hit = 0; hit < 1_000; hit += 1) expect(tokens.find(target, undefined)?.value()).toBe("token-1");
    await expect.poll(() => forms.length).toBe(2);
    release();
    await expect.poll(() => tokens.find(target, undefined)?.value()).toBe("token-2");
    expect(forms).toHaveLength(2);
  });

  it("brings the token of that flight to one who has to wait", async () => {
    const service = open();
    const { tokens, clock, forms } = service;
    await tokens.acquire(target, {});
    const release = holdBack(service);
    clock.advance(window);
    tokens.find(target, undefined);
    await expect.poll(() => forms.length).toBe(2);
    clock.advance(60 * second);
    const waiting = tokens.acquire(target, {});
    release();
    expect([(await waiting).value(), (await waiting).source, forms.length]).toEqual(["token-2", "joined", 2]);
  });

  it("sleeps while nobody uses it", async () => {
    const { tokens, clock, forms } = open();
    await tokens.acquire(target, {});
    for (let step = 0; step < 29; step += 1) {
      clock.advance(10 * second);
      await turn();
    }
    expect(forms).toHaveLength(1);
  });

  it("is renewed outside of the request that used it", async () => {
    const storage = new AsyncLocalStorage<string>();
    const { tokens, clock, server, granting, forms } = open();
    const seen: (string | undefined)[] = [];
    await tokens.acquire(target, {});
    clock.advance(window);
    server.answer = (form, signal) => {
      seen.push(storage.getStore());
      return granting(form, signal);
    };
    storage.run("alice's request", () => tokens.find(target, undefined));
    await expect.poll(() => forms.length).toBe(2);
    expect(seen).toEqual([undefined]);
  });

  it("is not renewed where its subject token ends as early", async () => {
    const { tokens, clock, forms } = open();
    const subject = jwtUntil(clock.now() + 300 * second);
    await tokens.acquire(exchange, { subject });
    clock.advance(window);
    expect(tokens.find(exchange, subject)?.value()).toBe("token-1");
    await turn();
    expect(forms).toHaveLength(1);
  });

  it("is renewed at another time than those that came with it", async () => {
    const { tokens } = open({ expires_in: 3_600 });
    const leads = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const held = await tokens.acquire(exchange, { subject: new ActorToken(`caller-${index}`) });
        return held.entry.renewLeftMs;
      }),
    );
    expect(new Set(leads).size).toBeGreaterThan(90);
    expect(Math.min(...leads)).toBeGreaterThanOrEqual(270 * second);
    expect(Math.max(...leads)).toBeLessThanOrEqual(330 * second);
    expect(Math.max(...leads) - Math.min(...leads)).toBeGreaterThan(20 * second);
  });
});

describe("a renewal that fails", () => {
  it("leaves the good token, and is not repeated at once", async () => {
    const { tokens, clock, server, forms } = open();
    await tokens.acquire(target, {});
    clock.advance(window);
    server.answer = () => new Response("<html>");
    // A tenth of the 65 s that are left, half as much more or less.
    for (let step = 0; step < 10; step += 1) {
      expect(tokens.find(target, undefined)?.value()).toBe("token-1");
      await turn();
      clock.advance(300);
    }
    expect(forms).toHaveLength(2);
  });

  it("is repeated when its time has come, and then brings the token", async () => {
    const { tokens, clock, server, granting, forms } = open();
    await tokens.acquire(target, {});
    clock.advance(window);
    server.answer = refuse;
    tokens.find(target, undefined);
    await expect.poll(() => forms.length).toBe(2);
    server.answer = granting;
    clock.advance(12 * second);
    await expect.poll(() => tokens.find(target, undefined)?.value()).toBe("token-2");
  });

  it("is seen in the record, by its source", async () => {
    const records = recordEvents("behalf:token");
    const { tokens, clock, server } = open();
    await tokens.acquire(target, {});
    clock.advance(window);
    server.answer = refuse;
    tokens.find(target, undefined);
    await expect.poll(() => records.length).toBe(2);
    expect(records).toMatchObject([{ source: "server" }, { source: "background", error: "BEHALF_TOKEN_REFUSED" }]);
  });
});

describe("the proofs of a renewal", () => {
  const shown = (forms: readonly URLSearchParams[]) => forms.map((form) => form.get("client_secret"));
  const withSecret = (secret: string): ClientProofs => ({
    ...proofs,
    credentials: {
      ...proofs.credentials,
      authentication: "client_secret_post",
      clientSecret: new Secret(secret),
    },
  });

  it("are those that the sources hold by then", async () => {
    const { tokens, clock, forms } = open();
    await tokens.acquire(target, { proofs: { ...withSecret("old"), reread: async () => withSecret("new") } });
    clock.advance(window);
    tokens.find(target, undefined);
    await expect.poll(() => shown(forms)).toEqual(["old", "new"]);
  });

  it("are those of the last request where nothing can be read", async () => {
    const { tokens, clock, forms } = open();
    await tokens.acquire(target, { proofs: withSecret("old") });
    clock.advance(window);
    tokens.find(target, undefined);
    await expect.poll(() => shown(forms)).toEqual(["old", "old"]);
  });

  it("that cannot be read leave the good token", async () => {
    const { tokens, clock, forms } = open();
    const reread = () => Promise.reject(new Error("The vault is away."));
    await tokens.acquire(target, { proofs: { ...proofs, reread } });
    clock.advance(window);
    tokens.find(target, undefined);
    await turn();
    expect([tokens.find(target, undefined)?.value(), forms.length]).toEqual(["token-1", 1]);
  });

  it("keep a refresh token's successor where that token came from", async () => {
    const { tokens, clock, server, granting } = open();
    let count = 0;
    server.answer = async (form, signal) => {
      count += 1;
      const { access_token } = (await (await granting(form, signal)).json()) as { access_token: string };
      return answer({ access_token, token_type: "Bearer", expires_in: 300, refresh_token: `next-${count}` });
    };
    const refreshing = someTarget({ grantType: "refreshToken" });
    const [alice, bob] = [new ActorToken("alice"), new ActorToken("bob")];
    const kept: string[] = [];
    await tokens.acquire(refreshing, { subject: alice, keep: (next) => void kept.push(`alice ${next.value()}`) });
    await tokens.acquire(refreshing, { subject: bob, keep: (next) => void kept.push(`bob ${next.value()}`) });
    clock.advance(window);
    tokens.find(refreshing, alice);
    await expect.poll(() => kept).toEqual(["alice next-1", "bob next-2", "alice next-3"]);
  });
});
