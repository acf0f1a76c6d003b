import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../../transport/wire.ts";
import { asksForNonce, readNonce } from "./asks-for-nonce.ts";

const challenge = 'DPoP error="use_dpop_nonce"';
const answerWith = (status: number, headers: IncomingHttpHeaders): WireAnswer =>
  ({ status, headers }) as Partial<WireAnswer> as WireAnswer;
const fresh = { "dpop-nonce": "fresh", "www-authenticate": challenge };

describe("asksForNonce", () => {
  it.each([400, 401])("is true for a challenge with another nonce and the status %i", (status) => {
    expect(asksForNonce(answerWith(status, fresh), { jwt: "", nonce: undefined })).toBe(true);
    expect(asksForNonce(answerWith(status, fresh), { jwt: "", nonce: "stale" })).toBe(true);
  });

  it.each([
    ["the nonce that was sent", answerWith(401, fresh), "fresh"],
    ["no nonce", answerWith(401, { "www-authenticate": challenge })],
    ["an empty nonce", answerWith(401, { ...fresh, "dpop-nonce": "" })],
    ["no challenge", answerWith(401, { "dpop-nonce": "fresh" })],
    ["another error", answerWith(401, { ...fresh, "www-authenticate": 'DPoP error="invalid_token"' })],
    ["another scheme", answerWith(401, { ...fresh, "www-authenticate": 'Bearer error="use_dpop_nonce"' })],
    ["another status", answerWith(403, fresh)],
    ["a success", answerWith(200, fresh)],
  ])("is false for %s", (_what, answer, nonce?: string) => {
    expect(asksForNonce(answer, { jwt: "", nonce })).toBe(false);
  });

  it("finds the challenge among others, in any case", () => {
    const several = 'Bearer error="invalid_token", dpop algs="ES256", error="use_dpop_nonce"';
    expect(
      asksForNonce(answerWith(401, { ...fresh, "www-authenticate": several }), { jwt: "", nonce: undefined }),
    ).toBe(true);
  });
});

describe("readNonce", () => {
  it("gives the one nonce that there is", () => {
    expect(readNonce({ "dpop-nonce": "a" })).toBe("a");
    expect(readNonce({})).toBeUndefined();
    expect(readNonce({ "dpop-nonce": ["a", "b"] })).toBeUndefined();
  });
});
