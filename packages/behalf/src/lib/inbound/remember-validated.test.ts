import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { KeyOrigin } from "./keys/verification-keys.ts";
import { createValidatedMemory, RememberedCaller } from "./remember-validated.ts";

const clock = createClock();

interface Kept {
  readonly subject?: string;
  readonly usableUntil?: number;
  readonly key?: KeyOrigin;
}

function toRemembered(text: string, { subject, usableUntil = clock.now() + 1_000, key }: Kept = {}): RememberedCaller {
  const credential = new ActorToken(text);
  const caller = {
    token: credential,
    authenticator: "a",
    issuer: "https://as.example",
    tenant: undefined,
    subject,
    client: undefined,
    scopes: MultiStringValue.empty,
    expiresAt: usableUntil,
    claims: {},
  };
  const validated = { caller, confirmation: undefined, issuedAt: undefined, sessionId: undefined, usableUntil, key };
  return new RememberedCaller(credential, validated);
}

const open = (bounds: { readonly maxEntries?: number; readonly maxBytes?: number } = {}) =>
  createValidatedMemory({ maxEntries: 100, maxBytes: 1_000_000, ...bounds }, clock.now);

const tail = "t".repeat(64);

describe("the memory of validated tokens", () => {
  it.each([
    ["short", "short"],
    ["of 191 characters", "s".repeat(191)],
    ["of 192 characters", "s".repeat(192)],
    ["long", "s".repeat(5_000)],
  ])("gives back what is %s, to the same authenticator alone", (_case, text) => {
    const memory = open();
    const remembered = toRemembered(text);
    memory.remember("a", remembered);
    expect(memory.recall("a", text)).toBe(remembered);
    expect([memory.recall("b", text), memory.recall("a", `${text}x`), memory.recall("a", text.slice(1))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("tells two apart that have the same end", () => {
    const memory = open();
    const [alices, bobs] = [`${"a".repeat(200)}${tail}`, `${"b".repeat(200)}${tail}`];
    memory.remember("a", toRemembered(alices, { subject: "alice" }));
    expect(memory.recall("a", bobs)).toBeUndefined();
    memory.remember("a", toRemembered(bobs, { subject: "bob" }));
    expect([memory.recall("a", bobs)?.validated.caller.subject, memory.recall("a", alices)]).toEqual([
      "bob",
      undefined,
    ]);
  });

  it("does not take a token's end, or its digest, for the token", () => {
    const memory = open();
    const long = `${"a".repeat(200)}${tail}`;
    memory.remember("a", toRemembered(long));
    memory.remember("a", toRemembered("short"));
    expect([memory.recall("a", tail), memory.recall("a", new ActorToken("short").digest())]).toEqual([
      undefined,
      undefined,
    ]);
    expect(memory.recall("a", long)).toBeDefined();
  });

  it("does not let the name of an authenticator reach into a token", () => {
    const memory = open();
    const text = "x".repeat(300);
    memory.remember("a b", toRemembered(text));
    expect([memory.recall("a", text), memory.recall("b", text)]).toEqual([undefined, undefined]);
    expect(memory.recall("a b", text)).toBeDefined();
  });

  it("gives nothing back at its end", () => {
    const memory = open();
    memory.remember("a", toRemembered("token"));
    clock.advance(999);
    expect(memory.recall("a", "token")).toBeDefined();
    clock.advance(1);
    expect(memory.recall("a", "token")).toBeUndefined();
  });

  it("gives nothing back whose key is gone, and does not have it back with the key", () => {
    const memory = open();
    const key = { kid: "key-1", issuer: undefined, live: true };
    memory.remember("a", toRemembered("token", { key }));
    expect(memory.recall("a", "token")).toBeDefined();
    key.live = false;
    expect(memory.recall("a", "token")).toBeUndefined();
    key.live = true;
    expect(memory.recall("a", "token")).toBeUndefined();
  });

  it("holds no more than so many, and forgets what came first and was not used since", () => {
    const memory = open({ maxEntries: 2 });
    for (const text of ["one", "two"]) memory.remember("a", toRemembered(text));
    memory.recall("a", "one");
    memory.remember("a", toRemembered("three"));
    expect(["one", "two", "three"].map((text) => memory.recall("a", text) !== undefined)).toEqual([true, false, true]);
  });

  it("holds no more than so many characters of tokens", () => {
    const memory = open({ maxBytes: 1_000 });
    const texts = ["a", "b", "c"].map((letter) => letter.repeat(400));
    for (const text of texts) memory.remember("a", toRemembered(text));
    expect(texts.map((text) => memory.recall("a", text) !== undefined)).toEqual([false, true, true]);
    const huge = "h".repeat(1_001);
    memory.remember("a", toRemembered(huge));
    expect(memory.recall("a", huge)).toBeUndefined();
  });
});
