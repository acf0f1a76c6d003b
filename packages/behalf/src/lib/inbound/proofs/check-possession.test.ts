import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../../test/support/clock.ts";
import { openPossession } from "../../../../../../test/support/possession.ts";
import { createTestKey } from "../../../../../../test/support/signing-key.ts";
import type { CallerTokenReason } from "../../errors/caller-token-error.ts";
import { createPossessionCheck } from "./check-possession.ts";
import { createDpopNonces } from "./dpop-nonces.ts";
import { createReplayStore } from "./replay-store.ts";

const dpop = { required: false, nonce: false, algorithms: ["ES256"], proofLifeMs: 60_000 } as const;
const refusal = (reason: CallerTokenReason) => ({ name: "CallerTokenError", reason, scheme: "DPoP" });

describe("an unbound token", () => {
  it.each(["Bearer", undefined] as const)("is accepted at once under the scheme %s", async (scheme) => {
    await expect(openPossession().show({ scheme, confirmation: undefined })).resolves.toBeUndefined();
  });

  it("makes nobody wait", () => {
    const { now } = createClock();
    const replay = createReplayStore({ now });
    const check = createPossessionCheck({
      dpop,
      urls: () => [],
      clientCertificateHeader: undefined,
      replay,
      nonces: undefined,
      now,
    });
    const shown = { token: undefined as never, scheme: "Bearer", confirmation: undefined } as const;
    expect(check.check(undefined as never, shown)).toBeUndefined();
  });

  it("is refused under the scheme DPoP, with or without a proof", async () => {
    const { show, prove } = openPossession();
    await expect(show({ confirmation: undefined })).rejects.toMatchObject(refusal("binding"));
    await expect(show({ confirmation: undefined, proofs: [await prove()] })).rejects.toMatchObject(refusal("binding"));
  });

  it.each(["Bearer", undefined] as const)("is refused under %s where every token must be bound", async (scheme) => {
    const { show } = openPossession({ dpop: { ...dpop, required: true } });
    await expect(show({ scheme, confirmation: undefined })).rejects.toMatchObject(refusal("binding"));
  });
});

describe("a token that is bound to a key", () => {
  it("is accepted with a proof of the key", async () => {
    const { show, prove } = openPossession();
    await expect(show({ proofs: [await prove()] })).resolves.toBeUndefined();
  });

  it("is accepted where every token must be bound", async () => {
    const { show, prove } = openPossession({ dpop: { ...dpop, required: true } });
    await expect(show({ proofs: [await prove()] })).resolves.toBeUndefined();
  });

  it.each(["Bearer", undefined] as const)("is refused under the scheme %s, even with a proof", async (scheme) => {
    const { show, prove } = openPossession();
    await expect(show({ scheme, proofs: [await prove()] })).rejects.toMatchObject(refusal("binding"));
  });

  it("is refused where bound tokens are not accepted", async () => {
    const { show, prove } = openPossession({ dpop: undefined });
    await expect(show({ proofs: [await prove()] })).rejects.toMatchObject(refusal("binding"));
  });

  it("is refused without a proof", async () => {
    await expect(openPossession().show()).rejects.toMatchObject(refusal("proof"));
  });

  it("is refused with two proofs, however they are sent", async () => {
    const { show, prove } = openPossession();
    const [one, other] = [await prove(), await prove()];
    await expect(show({ proofs: [one, other] })).rejects.toMatchObject(refusal("proof"));
    await expect(show({ proofs: [`${one}, ${other}`] })).rejects.toMatchObject(refusal("proof"));
    await expect(show({ proofs: [`${one},${other}`] })).rejects.toMatchObject(refusal("proof"));
  });

  it("is refused with a good proof of another key", async () => {
    const { show, prove } = openPossession();
    const proof = await prove({ key: createTestKey.ES256() });
    await expect(show({ proofs: [proof] })).rejects.toMatchObject(refusal("binding"));
  });
});

describe("a proof that comes again", () => {
  it("is refused, also when it is the same proof under another URL of the API", async () => {
    const { show, prove } = openPossession({ urls: () => ["https://api.example/v1", "https://other.example"] });
    const proof = await prove();
    await show({ proofs: [proof] });
    await expect(show({ proofs: [proof] })).rejects.toMatchObject(refusal("replay"));
    await expect(show({ proofs: [proof], url: "/orders?page=3" })).rejects.toMatchObject(refusal("replay"));
  });

  it("is refused with the same jti in another signature", async () => {
    const { show, prove } = openPossession();
    await show({ proofs: [await prove({ claims: { jti: "one" } })] });
    await expect(show({ proofs: [await prove({ claims: { jti: "one" } })] })).rejects.toMatchObject(refusal("replay"));
  });

  it("is accepted once of two that come together", async () => {
    const { show, prove } = openPossession();
    const proof = await prove();
    const answers = await Promise.allSettled([show({ proofs: [proof] }), show({ proofs: [proof] })]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is refused as old when it is no longer remembered", async () => {
    const { show, prove, clock } = openPossession();
    const proof = await prove();
    await show({ proofs: [proof] });
    clock.advance(59_999);
    await expect(show({ proofs: [proof] })).rejects.toMatchObject(refusal("replay"));
    clock.advance(1);
    await expect(show({ proofs: [proof] })).rejects.toMatchObject(refusal("proof"));
  });

  it("does not hinder another client with the same jti", async () => {
    const clock = createClock();
    const replay = createReplayStore({ now: clock.now });
    for (const world of [openPossession({ clock, replay }), openPossession({ clock, replay })])
      await expect(world.show({ proofs: [await world.prove({ claims: { jti: "one" } })] })).resolves.toBeUndefined();
  });

  it("does not hinder a proof for another URL with the same jti (RFC 9449 section 11.1)", async () => {
    const { show, prove } = openPossession();
    await show({ proofs: [await prove({ claims: { jti: "one" } })] });
    const other = await prove({ claims: { jti: "one", htu: "https://api.example/v1/items" } });
    await expect(show({ proofs: [other], url: "/items" })).resolves.toBeUndefined();
  });

  it("is remembered only when it was good", async () => {
    const claimed: [string, number][] = [];
    const claim = (key: string, until: number) => claimed.push([key, until]) > 0;
    const { show, prove, clock, jkt } = openPossession({ replay: { claim } });
    for (const claims of [{ htm: "POST" }, { htu: "https://evil.example/" }, { iat: 1 }, { ath: "x" }])
      await show({ proofs: [await prove({ claims })] }).catch(() => {});
    await show({ proofs: [await prove()], url: "/other" }).catch(() => {});
    expect(claimed).toEqual([]);
    await show({ proofs: [await prove({ claims: { jti: "one" } })] });
    expect(claimed).toEqual([[expect.stringMatching(/^[\w-]{43}$/), clock.now() + 60_000]]);
    expect(claimed.join()).not.toContain(jkt);
  });

  it.each([
    ["is full", () => false],
    ["is full, as it says later", () => Promise.resolve(false)],
    ["is away", () => Promise.reject(new Error("connection lost"))],
    [
      "is broken",
      () => {
        throw new Error("broken");
      },
    ],
  ])("cannot be told from a first one when the store %s: both are refused", async (_case, claim) => {
    const { show, prove } = openPossession({ replay: { claim } });
    await expect(show({ proofs: [await prove()] })).rejects.toMatchObject(refusal("replay"));
  });

  it("is waited for when the store answers later", async () => {
    const { show, prove } = openPossession({ replay: { claim: async () => true } });
    await expect(show({ proofs: [await prove()] })).resolves.toBeUndefined();
  });
});

describe("where proofs need a nonce", () => {
  function openWithNonces() {
    const clock = createClock(1_800_000_000_000);
    const nonces = createDpopNonces(clock);
    return { nonces, world: openPossession({ clock, nonces, dpop: { ...dpop, nonce: true } }) };
  }

  it.each([
    ["no nonce", undefined],
    ["a nonce of another server", createDpopNonces(createClock()).issue()],
    ["a nonce that is a number", 5],
    ["an empty nonce", ""],
  ])("a proof with %s is refused with a good one", async (_case, nonce) => {
    const { world, nonces } = openWithNonces();
    await expect(world.show({ proofs: [await world.prove({ claims: { nonce } })] })).rejects.toMatchObject(
      refusal("nonce"),
    );
    expect(nonces.accepts(world.answeredNonce ?? "")).toBe(true);
    const again = await world.prove({ claims: { nonce: world.answeredNonce } });
    await expect(world.show({ proofs: [again] })).resolves.toBeUndefined();
  });

  it("a nonce can be used more than once, and brings no other while it is fresh", async () => {
    const { world, nonces } = openWithNonces();
    const nonce = nonces.issue();
    world.clock.advance(149_999);
    for (let times = 0; times < 2; times += 1) await world.show({ proofs: [await world.prove({ claims: { nonce } })] });
    expect(world.answeredNonce).toBeUndefined();
  });

  it("a nonce past half of its life is accepted, and the answer brings another", async () => {
    const { world, nonces } = openWithNonces();
    const nonce = nonces.issue();
    world.clock.advance(150_000);
    await world.show({ proofs: [await world.prove({ claims: { nonce } })] });
    expect(world.answeredNonce).toBe(nonces.issue());
    expect(world.answeredNonce).not.toBe(nonce);
  });

  it("a nonce that is too old is refused", async () => {
    const { world, nonces } = openWithNonces();
    const nonce = nonces.issue();
    world.clock.advance(300_000);
    const shown = world.show({ proofs: [await world.prove({ claims: { nonce } })] });
    await expect(shown).rejects.toMatchObject(refusal("nonce"));
  });

  it("none is given for a proof that is bad in another way", async () => {
    const { world } = openWithNonces();
    const shown = world.show({ proofs: [await world.prove({ claims: { htm: "POST" } })] });
    await expect(shown).rejects.toMatchObject(refusal("proof"));
    expect(world.answeredNonce).toBeUndefined();
  });

  it("a proof that was asked for a nonce may come again with its jti", async () => {
    const { world } = openWithNonces();
    await world.show({ proofs: [await world.prove({ claims: { jti: "one" } })] }).catch(() => {});
    const again = await world.prove({ claims: { jti: "one", nonce: world.answeredNonce } });
    await expect(world.show({ proofs: [again] })).resolves.toBeUndefined();
  });

  it("there must be nonces", () => {
    expect(() => openPossession({ dpop: { ...dpop, nonce: true } })).toThrow(TypeError);
  });
});
