import { describe, expect, it } from "vitest";
import type { DpopProver, Proof } from "../../oauth/dpop.ts";
import { cancelledBy } from "../../transport/cancellation.ts";
import { proveInTime } from "./prove-in-time.ts";

const proven = { method: "GET", url: new URL("https://inventory.example.com/items") };
const proof: Proof = { jwt: "a.b.c", nonce: undefined };
const proverOf = (prove: DpopProver["prove"]): DpopProver => ({ thumbprint: "t", prove, keepNonce: () => {} });
const silent = proverOf(() => new Promise(() => {}));

describe("proveInTime", () => {
  it("gives the proof", async () => {
    const bounds = { timeoutMs: 1_000, cancellations: [] };
    expect(
      await proveInTime(
        proverOf(async () => proof),
        proven,
        bounds,
      ),
    ).toBe(proof);
  });

  it("ends with the time of the call when nobody signs", async () => {
    const ended = proveInTime(silent, proven, { timeoutMs: 1, cancellations: [] });
    await expect(ended).rejects.toMatchObject({ failure: "timeout", sent: false });
  });

  it("ends with the reason of who leaves", async () => {
    const controller = new AbortController();
    const reason = new Error("gone");
    const ended = proveInTime(silent, proven, { timeoutMs: 60_000, cancellations: [cancelledBy(controller.signal)] });
    controller.abort(reason);
    await expect(ended).rejects.toBe(reason);
  });

  it("tells what the signing throws", async () => {
    const reason = new Error("the vault is sealed");
    const failing = proverOf(() => Promise.reject(reason));
    await expect(proveInTime(failing, proven, { timeoutMs: 1_000, cancellations: [] })).rejects.toBe(reason);
  });
});
