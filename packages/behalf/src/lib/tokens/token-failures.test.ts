import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
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
const [alice, bob] = [new ActorToken("alice"), new ActorToken("bob")];
const second = 1_000;

/** A server that refuses in one way, until it is told to grant. */
function open(refusal: Granting) {
  const granting = createGranting();
  const server: { answer: Granting } = { answer: refusal };
  const service = createServiceUnderTest((form, signal) => server.answer(form, signal));
  const failureOf = async (...[one, options]: Parameters<typeof service.tokens.acquire>): Promise<unknown> =>
    service.tokens.acquire(one, options).then(
      () => undefined,
      (error: unknown) => error,
    );
  const grant = (): void => {
    server.answer = granting;
  };
  return { ...service, failureOf, grant };
}

const refuse =
  (error: string, status = 400): Granting =>
  () =>
    answer({ error, error_description: "words" }, status);

describe("a token that is refused", () => {
  it.each(["invalid_grant", "invalid_request", "invalid_scope", "invalid_target", "access_denied"])(
    "by %s is not asked for again for ten seconds",
    async (error) => {
      const { failureOf, tokens, clock, forms, grant } = open(refuse(error));
      await failureOf(exchange, { subject: alice });
      grant();
      clock.advance(9_999);
      expect(await failureOf(exchange, { subject: alice })).toMatchObject({ code: "BEHALF_TOKEN_REFUSED", error });
      expect(forms).toHaveLength(1);
      clock.advance(1);
      expect((await tokens.acquire(exchange, { subject: alice })).value()).toBe("token-1");
    },
  );

  it("is so by another error each time, with the server's words", async () => {
    const { failureOf } = open(refuse("invalid_grant"));
    const [first, again] = [
      await failureOf(exchange, { subject: alice }),
      await failureOf(exchange, { subject: alice }),
    ];
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
    expect((again as { errorDescription(): string }).errorDescription()).toBe("words");
  });

  it("keeps nobody else's from being asked for", async () => {
    const { failureOf, tokens, grant } = open(refuse("invalid_grant"));
    await failureOf(exchange, { subject: alice });
    grant();
    expect((await tokens.acquire(exchange, { subject: bob })).value()).toBe("token-1");
  });

  it("is asked for again by one who wants a token that no cache holds", async () => {
    const { failureOf, tokens, grant } = open(refuse("invalid_grant"));
    await failureOf(exchange, { subject: alice });
    grant();
    expect((await tokens.acquire(exchange, { subject: alice, force: true })).value()).toBe("token-1");
  });
});

describe("a token that cannot be had", () => {
  it("is not asked for again for two seconds, and the error says how long that is still", async () => {
    const { failureOf, tokens, clock, forms, grant } = open(() => answer({}, 503));
    const first = await failureOf(target, {});
    grant();
    clock.advance(1_500);
    const again = await failureOf(target, {});
    expect(again).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 503, retryAfterMs: 500 });
    expect([again === first, forms.length]).toEqual([false, 2]);
    clock.advance(500);
    expect((await tokens.acquire(target, {})).source).toBe("server");
  });

  it.each(["0", "Mon, 01 Jan 2001 00:00:00 GMT"])(
    "is not asked for again for two seconds, though the server says %j",
    async (retryAfter) => {
      const { failureOf, tokens, clock, forms, grant } = open(() => answer({}, 503, { "retry-after": retryAfter }));
      await failureOf(target, {});
      const { length } = forms;
      grant();
      clock.advance(1_999);
      expect(await failureOf(target, {})).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", retryAfterMs: 1 });
      expect(forms).toHaveLength(length);
      clock.advance(1);
      expect((await tokens.acquire(target, {})).source).toBe("server");
    },
  );

  it("is asked for again at once when the answer could not be read", async () => {
    const { failureOf, tokens, grant } = open(() => new Response("<html>"));
    await failureOf(target, {});
    grant();
    expect((await tokens.acquire(target, {})).source).toBe("server");
  });

  it("is asked for again at once when all who wanted it had left", async () => {
    const { failureOf, tokens, forms, grant } = open(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const caller = new AbortController();
    const left = failureOf(target, { signal: caller.signal });
    await turn();
    caller.abort(new Error("gone"));
    expect(await left).toMatchObject({ message: "gone" });
    await turn();
    grant();
    expect((await tokens.acquire(target, {})).value()).toBe("token-1");
    expect(forms).toHaveLength(2);
  });
});

describe("a token whose server hangs for longer than its caller waits", () => {
  it("is not asked for again once it is known that it cannot be had", async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { failureOf, forms } = open(async () => {
      await gate;
      return answer({}, 429);
    });
    const caller = new AbortController();
    const left = failureOf(target, { signal: caller.signal });
    await turn();
    caller.abort(new DOMException("The deadline has passed", "TimeoutError"));
    expect(await left).toMatchObject({ name: "TimeoutError" });
    release();
    expect(await failureOf(target, {})).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 429 });
    expect(await failureOf(target, {})).toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status: 429 });
    expect(forms).toHaveLength(1);
  });
});

const withSecret = (secret: string): ClientProofs => ({
  ...proofs,
  credentials: { ...proofs.credentials, clientSecret: new Secret(secret) },
});

describe("a client that is refused", () => {
  it.each([
    ["invalid_client", 401],
    ["unauthorized_client", 401],
  ])("by %s asks nothing for ten seconds, for no caller and no grant", async (error, status) => {
    const { failureOf, tokens, clock, forms, grant } = open(refuse(error, status));
    await failureOf(exchange, { subject: alice });
    grant();
    clock.advance(9_999);
    expect(await failureOf(exchange, { subject: bob })).toMatchObject({ error, grant: "tokenExchange" });
    expect(await failureOf(target, { force: true })).toMatchObject({ error, grant: "clientCredentials" });
    expect(forms).toHaveLength(1);
    clock.advance(1);
    expect((await tokens.acquire(exchange, { subject: alice })).value()).toBe("token-1");
  });

  it("may ask by another grant than the one that it is not allowed", async () => {
    const { failureOf, tokens, forms, grant } = open(refuse("unauthorized_client"));
    await failureOf(exchange, { subject: alice });
    grant();
    expect(await failureOf(exchange, { subject: bob })).toMatchObject({ error: "unauthorized_client" });
    expect((await tokens.acquire(target, {})).value()).toBe("token-1");
    expect(forms).toHaveLength(2);
  });

  it("asks at once by another secret", async () => {
    const { failureOf, tokens, forms, grant } = open(refuse("invalid_client", 401));
    await failureOf(target, { proofs: withSecret("old") });
    grant();
    expect(await failureOf(target, { proofs: withSecret("old") })).toMatchObject({ error: "invalid_client" });
    expect((await tokens.acquire(target, { proofs: withSecret("new") })).value()).toBe("token-1");
    expect(forms).toHaveLength(2);
  });

  it("reads its sources once more, and not again for those who come meanwhile", async () => {
    const { failureOf, forms } = open(refuse("invalid_client", 401));
    let read = 0;
    const renew = (): ClientProofs => {
      read += 1;
      return withSecret("other");
    };
    const subjects = Array.from({ length: 20 }, (_, index) => new ActorToken(`caller-${index}`));
    for (const subject of subjects) await failureOf(exchange, { subject, proofs: { ...withSecret("one"), renew } });
    expect([read, forms.length]).toEqual([1, 2]);
  });

  it("does not keep another client from asking", async () => {
    const { failureOf, tokens, grant } = open(refuse("invalid_client", 401));
    await failureOf(target, {});
    grant();
    expect((await tokens.acquire(someTarget({ clientId: "other" }), {})).value()).toBe("token-1");
  });
});

describe("a server that answers 429", () => {
  const tooMany =
    (retryAfter?: string): Granting =>
    () =>
      answer({}, 429, retryAfter === undefined ? {} : { "retry-after": retryAfter });

  it.each([
    ["2 s, when it does not say how long", undefined, 2 * second],
    ["2 s, when it says no time at all", "0", 2 * second],
    ["2 s, when it names a time that is over", "Mon, 01 Jan 2001 00:00:00 GMT", 2 * second],
    ["as long as it says", "60", 60 * second],
    ["five minutes at most", "3600", 300 * second],
  ])("is left alone for %s, by this client", async (_, retryAfter, ms) => {
    const { failureOf, tokens, clock, forms, grant } = open(tooMany(retryAfter));
    await failureOf(exchange, { subject: alice });
    grant();
    clock.advance(ms - 700);
    const expected = { code: "BEHALF_TOKEN_UNREACHABLE", status: 429, retryAfterMs: 700 };
    expect(await failureOf(exchange, { subject: bob })).toMatchObject(expected);
    expect(await failureOf(target, { force: true })).toMatchObject(expected);
    expect(forms).toHaveLength(1);
    clock.advance(700);
    expect((await tokens.acquire(exchange, { subject: bob })).value()).toBe("token-1");
  });

  it("is asked by another client meanwhile", async () => {
    const { failureOf, tokens, grant } = open(tooMany("60"));
    await failureOf(target, {});
    grant();
    expect((await tokens.acquire(someTarget({ clientId: "other" }), {})).value()).toBe("token-1");
  });
});
