import { describe, expect, it } from "vitest";
import { some } from "../../../../../test/support/some.ts";
import { answer } from "../../../../../test/support/token-request.ts";
import { readTokenResponse } from "./read-token-response.ts";
import type { IssuedToken } from "./token-request.ts";

const expected = { server: { issuer: "https://as.example.com" }, client: { client_id: "orders-api" } };
const read = (changes: Readonly<Record<string, unknown>>): Promise<IssuedToken> =>
  readTokenResponse(answer(some.tokenResponse(changes)), expected);

describe("readTokenResponse", () => {
  it("reads token, life, scope and kind", async () => {
    const issued = await read({ scope: "a b", issued_token_type: "urn:x" });
    expect(issued).toMatchObject({ expiresInMs: 300_000, issuedTokenType: "urn:x", tolerated: [] });
    expect([issued.token.value(), String(issued.scope)]).toEqual(["an-access-token", "a b"]);
  });

  it.each(["bearer", "Bearer", "BEARER"])("takes the token type %s", async (tokenType) => {
    expect((await read({ token_type: tokenType })).token.value()).toBe("an-access-token");
  });

  it.each(["N_A", "DPoP", "mac", "constructor", "__proto__", "", undefined, 5])(
    "refuses the token type %s",
    async (tokenType) => {
      await expect(read({ token_type: tokenType })).rejects.toMatchObject({ code: expect.stringMatching(/^OAUTH_/) });
    },
  );

  it.each([
    ["300", 300_000],
    [undefined, undefined],
    [0, 0],
    [0.5, 500],
    [1e300, 1e303],
  ])("reads the life %s", async (expiresIn, expiresInMs) => {
    expect((await read({ expires_in: expiresIn })).expiresInMs).toBe(expiresInMs);
  });

  it.each([-1, "-5", "soon", null, true, {}])("refuses the life %j", async (expiresIn) => {
    await expect(read({ expires_in: expiresIn })).rejects.toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
  });

  it.each([undefined, "", 5, null, "a b", "a\r\nb", "ä"])("refuses the token %j", async (token) => {
    await expect(read({ access_token: token })).rejects.toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
  });

  it("keeps a kind that is no text, for the grant to refuse", async () => {
    expect((await read({ issued_token_type: 5 })).issuedTokenType).toBe("5");
  });

  it("prefers the error in the body to the challenge beside it", async () => {
    const headers = { "www-authenticate": 'Bearer error="from_the_header"' };
    const failed = readTokenResponse(answer({ error: "invalid_client" }, 401, headers), expected);
    await expect(failed).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });
});
