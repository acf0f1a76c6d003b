import { expect, it } from "vitest";
import { Waits } from "./waits.ts";

const never = new Promise<void>(() => {});

it("gives what is waited for", async () => {
  const waits = new Waits(1_000);
  await expect(waits.waitFor(Promise.resolve())).resolves.toBeUndefined();
  await expect(waits.waitFor(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

it("rejects after its time", async () => {
  await expect(new Waits(10).waitFor(never)).rejects.toMatchObject({ code: "NOT_CONNECTED" });
});

it("ends all that wait", async () => {
  const waits = new Waits(1_000);
  const all = Promise.allSettled([waits.waitFor(never), waits.waitFor(never)]);
  waits.end(new Error("the end"));
  expect((await all).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
