import { describe, expect, it } from "vitest";
import { someErrand } from "../../../../../../test/support/sharing-process.ts";
import { defaultAuthSettings } from "../../config/default-auth-settings.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { toSharedEntry } from "./to-shared-entry.ts";

const now = 1_000_000_000_000;
const [lifeMs, ageMs] = [300_000, 100_000];
const leftMs = lifeMs - ageMs;
const party = { issuer: 0, subject: 0, session: 0 };
const errand = someErrand();

/** What a process wrote whose clock is ahead by so much, read a while after. */
const writtenBy = (aheadMs: number) => ({
  token: new ActorToken("opaque"),
  fetchedAt: now - ageMs + aheadMs,
  expiresAt: now + leftMs + aheadMs,
  renewLeftMs: 75_000,
});

function subjectWithEnd(expiresAt: number): ActorToken {
  const payload = Buffer.from(JSON.stringify({ exp: expiresAt / 1_000 })).toString("base64url");
  return new ActorToken(`eyJ.${payload}.x`);
}

describe("a token that another process has fetched", () => {
  it("has the life that it has there", () => {
    const entry = toSharedEntry(errand, writtenBy(0), { leftMs, now, party });
    expect([entry.fetchedAt, entry.expiresAt, entry.renewLeftMs]).toEqual([now - ageMs, now + leftMs, 75_000]);
  });

  it.each([
    ["a little", 50_000],
    ["by an hour", 3_600_000],
  ])("is neither longer nor younger where the clock there is ahead %s", (_, aheadMs) => {
    const entry = toSharedEntry(errand, writtenBy(aheadMs), { leftMs, now, party });
    expect([entry.fetchedAt, entry.expiresAt]).toEqual([now - ageMs, now + leftMs]);
  });

  it("is not longer where the clock there is behind, nor where the store keeps it too long", () => {
    const behind = toSharedEntry(errand, writtenBy(-60_000), { leftMs, now, party });
    expect(behind.expiresAt).toBe(now + leftMs - 60_000);
    const kept = toSharedEntry(errand, writtenBy(0), { leftMs: Number.POSITIVE_INFINITY, now, party });
    expect(kept.expiresAt).toBe(now + leftMs);
  });

  it("ends with the subject token, and is then not renewed", () => {
    const exchange = someErrand({ grantType: "tokenExchange" }, subjectWithEnd(now + 50_000));
    const entry = toSharedEntry(exchange, writtenBy(0), { leftMs, now, party });
    expect([entry.expiresAt, entry.renewLeftMs]).toEqual([now + 50_000, 0]);
  });

  it("lives no longer on behalf of somebody than is configured here", () => {
    const settings = { ...defaultAuthSettings, maxDelegatedTtlMs: 120_000 };
    const exchange = someErrand({ grantType: "tokenExchange", settings }, new ActorToken("opaque"));
    expect(toSharedEntry(exchange, writtenBy(0), { leftMs, now, party }).expiresAt).toBe(now + 20_000);
    const own = someErrand({ settings });
    expect(toSharedEntry(own, writtenBy(0), { leftMs, now, party }).expiresAt).toBe(now + leftMs);
  });
});
