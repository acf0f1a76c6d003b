import { describe, expect, it, vi } from "vitest";
import { createGranting, createServiceUnderTest, someTarget } from "../../../../../test/support/token-service.ts";
import { ActorToken } from "../values/actor-token.ts";
import type { TokenTarget } from "./token-target.ts";

/** A server that answers when it is let, and what it was asked for. */
function openServer() {
  const granting = createGranting();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked: string[] = [];
  const service = createServiceUnderTest(async (form, signal) => {
    asked.push(form.get("subject_token") ?? "-");
    await gate;
    return granting(form, signal);
  });
  return { ...service, asked, release: () => release() };
}

const exchange = (audience: string): TokenTarget =>
  someTarget({ grantType: "tokenExchange", service: audience, clientId: audience });
const target = exchange("inventory");
const refused = { name: "TokenUnreachableError", code: "BEHALF_TOKEN_UNREACHABLE", retryAfterMs: 1_000 };

describe("exchanges under way", () => {
  it("are a hundred at most, however many callers there are", async () => {
    const { tokens, asked, release } = openServer();
    const all = Array.from({ length: 400 }, (_, index) =>
      tokens.acquire(target, { subject: new ActorToken(`caller-${index}`) }),
    );
    await vi.waitFor(() => expect(asked).toHaveLength(100));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toHaveLength(100);
    release();
    await Promise.all(all);
    expect(asked).toHaveLength(400);
  });

  it("are ten at most for one caller, and leave their places to others", async () => {
    const { tokens, asked, release } = openServer();
    const subject = new ActorToken("alice");
    const hers = Array.from({ length: 200 }, (_, index) => tokens.acquire(exchange(`service-${index}`), { subject }));
    const his = tokens.acquire(target, { subject: new ActorToken("bob") });
    await vi.waitFor(() => expect(asked).toContain("bob"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.filter((name) => name === "alice")).toHaveLength(10);
    release();
    await Promise.all([...hers, his]);
  });

  it("are waited for two seconds, and are refused without a question then", async () => {
    const { tokens, asked, release } = openServer();
    const subject = new ActorToken("alice");
    const all = Array.from({ length: 11 }, (_, index) => tokens.acquire(exchange(`service-${index}`), { subject }));
    await expect(all.pop()).rejects.toMatchObject(refused);
    expect(asked).toHaveLength(10);
    release();
    await Promise.all(all);
  });

  it("of nobody are not counted", async () => {
    const { tokens, asked, release } = openServer();
    const all = Array.from({ length: 120 }, (_, index) =>
      tokens.acquire(someTarget({ service: `s${index}`, clientId: `c${index}` }), {}),
    );
    await vi.waitFor(() => expect(asked).toHaveLength(120));
    release();
    await Promise.all(all);
  });
});
