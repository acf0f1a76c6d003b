import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { type Inventory, openInventory } from "../support/open-inventory.ts";
import { readClaims } from "../support/read-claims.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { the } from "../support/the.ts";

const params = { sku: "1" };
const call = ({ behalf }: Inventory) => behalf.service("inventory").endpoint("item").get({ params });

/** An instance with a token in memory that the backend refuses from now on. */
async function openRefused(challenge?: string): Promise<{ inventory: Inventory; run: <r>(work: () => r) => r }> {
  const inventory = await openInventory();
  const { run } = await inventory.receive();
  await run(() => call(inventory).unwrap());
  inventory.backend.refuse(inventory.backend.request().token ?? "", challenge);
  return { inventory, run };
}

describe("a 401 of the backend", () => {
  it.each([
    ["invalid_token", 'Bearer error="invalid_token"'],
    ["a challenge without an error", 'Bearer realm="inventory"'],
    ["a challenge of another scheme", 'Basic realm="inventory"'],
    ["no challenge", undefined],
  ])("with %s is answered with another token, at once and once", async (_case, challenge) => {
    const records = recordEvents("behalf:call");
    const { inventory, run } = await openRefused(challenge);
    const { as, backend } = inventory;
    expect((await run(() => call(inventory))).ok).toBe(true);
    expect([backend.requests.length, as.count("token")]).toEqual([3, 2]);
    expect(backend.request(-1).token).not.toBe(backend.request(-2).token);
    expect(records.at(-1)).toMatchObject({ attempts: 2, resentAfter: "unauthorized", status: 200 });
  });

  it.each([
    ["insufficient_user_authentication", 'Bearer error="insufficient_user_authentication", acr_values="gold"'],
    ["claims", 'Bearer error="invalid_token", claims="e30="'],
    ["invalid_request", 'Bearer error="invalid_request"'],
  ])("with %s is an error, and nothing is asked again", async (_case, challenge) => {
    const { inventory, run } = await openRefused(challenge);
    const outcome = await run(() => call(inventory));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
    expect([inventory.backend.requests.length, inventory.as.count("token")]).toEqual([2, 1]);
  });

  it("is answered with a token of whom the call was made for, though the request has another caller by then", async () => {
    const inventory = await openInventory();
    const [alice, bob] = [await inventory.receive(the.alice), await inventory.receive(the.bob)];
    await alice.run(() => call(inventory).unwrap());
    inventory.backend.refuse(inventory.backend.request().token ?? "");
    const running = alice.run(() => call(inventory)).then();
    if (bob.context.caller) alice.context.accept(bob.context.caller);
    expect((await running).ok).toBe(true);
    expect(readClaims(inventory.backend.request(-1).token ?? "").sub).toBe(the.alice);
  });

  it("replays a body in memory as it was", async () => {
    const { inventory, run } = await openRefused();
    const { backend, behalf } = inventory;
    const json = { text: "grün", list: [1, 2] };
    await run(() => behalf.service("inventory").endpoint("items").post({ json }).unwrap());
    const [refused, replayed] = [backend.request(-2), backend.request(-1)];
    expect(replayed.body).toBe(JSON.stringify(json));
    expect({ ...replayed.headers, authorization: "" }).toEqual({ ...refused.headers, authorization: "" });
  });

  it("does not replay a stream, but has another token for the next call", async () => {
    const { inventory, run } = await openRefused();
    const { backend, behalf } = inventory;
    const items = behalf.service("inventory").endpoint("items");
    const outcome = await run(() => items.post({ body: Readable.from(["one ", "two"]) }));
    expect(outcome).toMatchObject({ ok: false, error: { status: 401 } });
    expect(backend.request().body).toBe("one two");
    expect((await run(() => items.get())).ok).toBe(true);
    expect(backend.requests).toHaveLength(3);
  });

  it("that comes a second time is the answer", async () => {
    const inventory = await openInventory();
    inventory.backend.handle(answer.unauthorized());
    const { run } = await inventory.receive();
    const outcome = await run(() => call(inventory));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
    expect([inventory.backend.requests.length, inventory.as.count("token")]).toEqual([2, 2]);
  });

  it("to a thousand calls at once asks for one token", async () => {
    const { inventory, run } = await openRefused();
    const { as } = inventory;
    const gate = as.hold();
    const calls = Promise.all(Array.from({ length: 1_000 }, () => run(() => call(inventory))));
    await gate.arrived();
    gate.release();
    expect((await calls).filter(({ ok }) => ok)).toHaveLength(1_000);
    expect(as.count("token")).toBe(2);
  });

  it("for ever asks for one token in ten seconds", async () => {
    const clock = createClock();
    const inventory = await openInventory({ clock });
    inventory.backend.handle(answer.unauthorized());
    const { run } = await inventory.receive();
    const counts: number[] = [];
    for (let second = 0; second < 30; second++) {
      await run(() => call(inventory));
      counts.push(inventory.as.count("token"));
      clock.advance(1_000);
    }
    expect([counts[0], counts[9], counts[10], counts[19], counts[20], counts[29]]).toEqual([2, 2, 3, 3, 4, 4]);
  });

  it("is the error of the renewal when there is no other token to be had", async () => {
    const { inventory, run } = await openRefused();
    inventory.as.faults.always("token", fault.oauthError("access_denied"));
    const outcome = await run(() => call(inventory));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED", error: "access_denied" } });
  });

  it("does not matter to another backend that takes the token", async () => {
    const { inventory, run } = await openRefused();
    await Promise.all([run(() => call(inventory)), run(() => call(inventory))]);
    expect(inventory.as.count("token")).toBe(2);
  });

  it("for a service without a token is the answer", async () => {
    const inventory = await openInventory({ grantType: "none" });
    inventory.backend.handle(answer.unauthorized());
    expect(await call(inventory)).toMatchObject({ ok: false, error: { status: 401 } });
    expect([inventory.backend.requests.length, inventory.as.requests.length]).toEqual([1, 0]);
  });
});
