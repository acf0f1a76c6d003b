import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { createDpopNonces } from "./dpop-nonces.ts";

const turnMs = 10_000;
const start = 1_800_000_000_000;
const secret = new Uint8Array(32).fill(7);

describe("createDpopNonces", () => {
  it("accepts its own nonces", () => {
    const nonces = createDpopNonces(createClock());
    expect(nonces.accepts(nonces.issue())).toBe(true);
  });

  it("issues visible ASCII without quotes or backslashes", () => {
    expect(createDpopNonces(createClock()).issue()).toMatch(/^[\w.-]{45,64}$/);
  });

  it("issues another one after ten seconds", () => {
    const clock = createClock();
    const nonces = createDpopNonces(clock);
    const first = nonces.issue();
    clock.advance(turnMs);
    expect(nonces.issue()).not.toBe(first);
  });

  it("accepts a nonce for five minutes", () => {
    const clock = createClock(start);
    const nonces = createDpopNonces(clock);
    const nonce = nonces.issue();
    clock.advance(299_999);
    expect(nonces.accepts(nonce)).toBe(true);
    clock.advance(1);
    expect(nonces.accepts(nonce)).toBe(false);
  });

  it("calls a nonce fresh for the first half of its life", () => {
    const clock = createClock(start);
    const nonces = createDpopNonces(clock);
    const nonce = nonces.issue();
    clock.advance(149_999);
    expect(nonces.fresh(nonce)).toBe(true);
    clock.advance(1);
    expect(nonces.fresh(nonce)).toBe(false);
  });

  it("does not accept another object's nonces", () => {
    const clock = createClock();
    expect(createDpopNonces(clock).accepts(createDpopNonces(clock).issue())).toBe(false);
  });

  it("accepts the nonces of whoever shares the secret", () => {
    const clock = createClock();
    const [one, other] = [createDpopNonces({ ...clock, secret }), createDpopNonces({ ...clock, secret })];
    expect(other.accepts(one.issue())).toBe(true);
  });

  it.each([
    ["a little", 30_000, true],
    ["far", 40_000, false],
  ])("minds a clock that is %s ahead", (_case, aheadMs, accepted) => {
    const clock = createClock(start);
    const ahead = createClock(start + aheadMs);
    const nonce = createDpopNonces({ ...ahead, secret }).issue();
    expect(createDpopNonces({ ...clock, secret }).accepts(nonce)).toBe(accepted);
  });

  it.each([
    ["is empty", () => ""],
    ["has no signature", (nonce: string) => nonce.split(".")[0] ?? ""],
    [
      "says another time",
      (nonce: string) => nonce.replace(/^\w+/, (name) => (Number.parseInt(name, 36) - 1).toString(36)),
    ],
    ["writes its time in another way", (nonce: string) => `0${nonce}`],
    ["has one more character", (nonce: string) => `${nonce}A`],
    ["is in other letters", (nonce: string) => nonce.toUpperCase()],
    ["has a line's end", (nonce: string) => `${nonce}\n`],
    ["is long", (nonce: string) => nonce.repeat(1_000)],
  ])("does not accept what %s", (_case, change) => {
    const nonces = createDpopNonces({ ...createClock(start), secret });
    expect(nonces.accepts(change(nonces.issue()))).toBe(false);
  });

  it("needs a secret of 32 bytes", () => {
    expect(() => createDpopNonces({ ...createClock(), secret: new Uint8Array(31) })).toThrow(TypeError);
  });
});
