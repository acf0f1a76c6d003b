import { expect, it } from "vitest";
import type { ConnectionState } from "./redis-connection.ts";
import { createSettling } from "./settle.ts";

function createConnection(...states: readonly ConnectionState[]) {
  let asked = 0;
  return {
    prepare: () => states[asked++] ?? states.at(-1) ?? "ready",
    asked: () => asked,
  };
}

it("waits for nothing where commands go out at once", () => {
  expect(createSettling(createConnection("ready"), 50)()).toBeUndefined();
});

it("waits until commands go out", async () => {
  const connection = createConnection("waiting", "waiting", "ready");
  await createSettling(connection, 1_000)();
  expect(connection.asked()).toBe(3);
});

it("lets all who ask at the same time wait for one answer", async () => {
  const settle = createSettling(createConnection("waiting", "waiting", "waiting", "ready"), 1_000);
  const first = settle();
  expect(settle()).toBe(first);
  await first;
});

it("waits anew after an answer", async () => {
  const settle = createSettling(createConnection("waiting"), 10);
  const first = settle();
  await expect(first).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  const second = settle();
  expect(second).not.toBe(first);
  await expect(second).rejects.toMatchObject({ code: "NOT_CONNECTED" });
});

it("gives up when the client was closed meanwhile", async () => {
  const settle = createSettling(createConnection("waiting", "closed"), 1_000);
  await expect(settle()).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
});
