import { describe, expect, it } from "vitest";
import { some } from "../../../../../../test/support/some.ts";
import { answer, someExchange } from "../../../../../../test/support/token-request.ts";
import { readTokenResponse } from "../read-token-response.ts";
import { readAnswer } from "../server-answer.ts";
import type { IssuedToken } from "../token-request.ts";
import { isWithoutAccess, tokenTypes } from "../token-types.ts";
import { tokenExchangeGrant } from "./token-exchange.ts";

async function check(issuedType: unknown, requestedTokenType?: string, answeredType?: string): Promise<IssuedToken> {
  const request = someExchange({ requestedTokenType });
  const tokenType = answeredType ?? (isWithoutAccess(requestedTokenType) ? "N_A" : "Bearer");
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
    [tokenTypes.accessToken, tokenTypes.refreshToken],
    [tokenTypes.identityAssertion, tokenTypes.refreshToken],
    [undefined, tokenTypes.identityAssertion],
    [undefined, tokenTypes.refreshToken],
    [5, undefined],
  ])("refuses %s, asked for as %s", async (issuedType, requestedType) => {
    await expect(check(issuedType, requestedType)).rejects.toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
  });

  describe.each([tokenTypes.identityAssertion, tokenTypes.refreshToken])("for %s", (type) => {
    it("answered by a bearer token is tolerated only if it is of that type", async () => {
      expect(await check(type, type, "Bearer")).toMatchObject({ issuedTokenType: type, tolerated: ["token_type"] });
      const unusable = { code: "OAUTH_INVALID_RESPONSE" };
      await expect(check(undefined, type, "Bearer")).rejects.toMatchObject(unusable);
      await expect(check(tokenTypes.accessToken, type, "Bearer")).rejects.toMatchObject(unusable);
    });
  });

  it("without a type of token is tolerated for an access token", async () => {
    expect((await check(undefined)).tolerated).toEqual(["issued_token_type"]);
    expect((await check(undefined, tokenTypes.jwt)).tolerated).toEqual(["issued_token_type"]);
  });
});
