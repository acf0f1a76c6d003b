import { describe, expect, it } from "vitest";
import { some } from "../../../../../../test/support/some.ts";
import { answer, someExchange } from "../../../../../../test/support/token-request.ts";
import { readTokenResponse } from "../read-token-response.ts";
import { readAnswer } from "../server-answer.ts";
import type { IssuedToken } from "../token-request.ts";
import { tokenTypes } from "../token-types.ts";
import { tokenExchangeGrant } from "./token-exchange.ts";

async function check(issuedType: unknown, requestedTokenType?: string): Promise<IssuedToken> {
  const request = someExchange({ requestedTokenType });
  const tokenType = requestedTokenType === tokenTypes.identityAssertion ? "N_A" : "Bearer";
  const response = answer(some.tokenResponse({ issued_token_type: issuedType, token_type: tokenType }));
  return tokenExchangeGrant.check(await readTokenResponse(await readAnswer(response), request), request);
}

describe("an exchange", () => {
  it.each([
    [tokenTypes.accessToken, undefined],
    [tokenTypes.jwt, undefined],
    [tokenTypes.jwt, tokenTypes.jwt],
    [tokenTypes.identityAssertion, tokenTypes.identityAssertion],
  ])("takes %s, asked for as %s", async (issuedType, requestedType) => {
    expect(await check(issuedType, requestedType)).toMatchObject({ issuedTokenType: issuedType, tolerated: [] });
  });

  it.each([
    [tokenTypes.refreshToken, undefined],
    [tokenTypes.idToken, undefined],
    [tokenTypes.accessToken, tokenTypes.jwt],
    [tokenTypes.accessToken, tokenTypes.identityAssertion],
    [5, undefined],
  ])("refuses %s, asked for as %s", async (issuedType, requestedType) => {
    await expect(check(issuedType, requestedType)).rejects.toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
  });
});
