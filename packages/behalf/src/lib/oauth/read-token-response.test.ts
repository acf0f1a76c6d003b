import { describe, expect, it } from "vitest";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { some } from "../../../../../test/support/some.ts";
import { answer, someExchange, someTokenRequest } from "../../../../../test/support/token-request.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { createDpopProver } from "./dpop.ts";
import { tokenExchangeGrant } from "./grants/token-exchange.ts";
import { readTokenResponse } from "./read-token-response.ts";
import { readAnswer } from "./server-answer.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { tokenTypes } from "./token-types.ts";

type Members = Readonly<Record<string, unknown>>;

const bearer = someTokenRequest();
const dpop = createDpopProver({ key: createTestKey.ES256().key, now: Date.now });
const strict = { ...defaultAuthSettings.dialect, strictProtocol: true };
const unusable = { code: "OAUTH_INVALID_RESPONSE" };
const unknown = { code: "OAUTH_UNSUPPORTED_OPERATION" };

const readFrom = async (response: Response, request: TokenRequest = bearer): Promise<IssuedToken> =>
  readTokenResponse(await readAnswer(response), request);
const read = (changes: Members, request?: TokenRequest): Promise<IssuedToken> =>
  readFrom(answer(some.tokenResponse(changes)), request);

describe("readTokenResponse", () => {
  it("reads token, life, scope, kind and refresh token", async () => {
    const issued = await read({ scope: "a b", issued_token_type: "urn:x", refresh_token: "r" });
    expect(issued).toMatchObject({
      tokenType: "Bearer",
      expiresInMs: 300_000,
      issuedTokenType: "urn:x",
      tolerated: [],
      deviations: [],
    });
    expect([issued.token.value(), String(issued.scope), issued.refreshToken?.value()]).toEqual([
      "an-access-token",
      "a b",
      "r",
    ]);
  });

  it("passes over an ID token", async () => {
    expect((await read({ id_token: "of.another.issuer" })).token.value()).toBe("an-access-token");
  });

  it.each(["bearer", "Bearer", "BEARER"])("takes the token type %s", async (tokenType) => {
    expect(await read({ token_type: tokenType })).toMatchObject({ tokenType: "Bearer", tolerated: [] });
  });

  it.each(["N_A", "DPoP", "", undefined, 5])("refuses the token type %s", async (tokenType) => {
    await expect(read({ token_type: tokenType })).rejects.toMatchObject(unusable);
  });

  it.each(["mac", "constructor", "__proto__", "Bearer token"])("does not know the token type %s", async (tokenType) => {
    await expect(read({ token_type: tokenType })).rejects.toMatchObject(unknown);
  });

  it.each([
    ["300", 300_000],
    [undefined, undefined],
    [0, 0],
    [0.5, 500],
    [1e300, 1e303],
  ])("reads the life %s", async (expiresIn, expiresInMs) => {
    expect((await read({ expires_in: expiresIn })).expiresInMs).toBe(expiresInMs);
  });

  it.each([-1, "-5", "soon", "300 s", "1e3", "", null, true, {}, [300]])("refuses the life %j", async (expiresIn) => {
    await expect(read({ expires_in: expiresIn })).rejects.toMatchObject(unusable);
  });

  it.each([undefined, "", 5, null, "a b", "a\r\nb", "ä"])("refuses the token %j", async (token) => {
    await expect(read({ access_token: token })).rejects.toMatchObject(unusable);
  });

  it.each([{ scope: ["a"] }, { refresh_token: 5 }, { refresh_token: "" }])("refuses %j", async (members) => {
    await expect(read(members)).rejects.toMatchObject(unusable);
  });

  it.each(["a b", " ", '~!"\\'])("takes the refresh token %j", async (text) => {
    expect((await read({ refresh_token: text })).refreshToken?.value()).toBe(text);
  });

  it.each(["a\tb", "a\nb", "ä", "\u007f", "\u0000"])("refuses the refresh token %j", async (text) => {
    const failed = await read({ refresh_token: text }).catch((error: unknown) => error);
    expect(failed).toMatchObject(unusable);
    expect(String(failed)).not.toContain(text);
  });

  it("keeps a kind that is no text, for the grant to refuse", async () => {
    expect((await read({ issued_token_type: 5 })).issuedTokenType).toBe("5");
  });

  it.each([
    ["201", answer(some.tokenResponse(), 201)],
    ["a list", answer([some.tokenResponse()])],
    ["text", new Response("an-access-token")],
    ["nothing", new Response(null)],
  ])("refuses %s", async (_, response) => {
    await expect(readFrom(response)).rejects.toMatchObject(unusable);
  });
});

describe("a request with a proof", () => {
  const bound = someTokenRequest({ dpop });

  it.each(["DPoP", "dpop"])("takes the token type %s", async (tokenType) => {
    expect((await read({ token_type: tokenType }, bound)).tokenType).toBe("DPoP");
  });

  it.each(["Bearer", "N_A", undefined])("refuses the token type %s", async (tokenType) => {
    await expect(read({ token_type: tokenType }, bound)).rejects.toMatchObject(unusable);
  });

  it("does not tolerate BearerToken", async () => {
    await expect(read({ token_type: "BearerToken" }, bound)).rejects.toMatchObject(unknown);
  });
});

describe("an exchange for what is no access token", () => {
  const exchangeFor = (requestedTokenType: string, changes: Partial<TokenRequest> = {}): TokenRequest =>
    someExchange({ requestedTokenType, ...changes });

  it.each([tokenTypes.identityAssertion, tokenTypes.refreshToken])("takes N_A for %s", async (type) => {
    expect(await read({ token_type: "N_A" }, exchangeFor(type))).toMatchObject({ tokenType: "N_A", tolerated: [] });
    expect((await read({ token_type: "n_a" }, exchangeFor(type, { dpop }))).tokenType).toBe("N_A");
  });

  it.each(["Bearer", "DPoP"])("tolerates %s, and does not believe it", async (tokenType) => {
    const request = exchangeFor(tokenTypes.identityAssertion);
    const issued = await read({ token_type: tokenType }, request);
    expect(issued).toMatchObject({ tokenType: "N_A", tolerated: ["token_type"] });
  });

  it("refuses any other type", async () => {
    const read5 = read({ token_type: "mac" }, exchangeFor(tokenTypes.refreshToken));
    await expect(read5).rejects.toMatchObject(unknown);
  });

  it.each([
    exchangeFor(tokenTypes.jwt),
    exchangeFor(tokenTypes.accessToken),
    someTokenRequest({ requestedTokenType: tokenTypes.identityAssertion }),
  ])("is the only one that may be answered by N_A", async (request) => {
    await expect(read({ token_type: "N_A" }, request)).rejects.toMatchObject(unusable);
  });
});

describe("a deviation from the protocol", () => {
  const asText = (contentType: string | undefined) => (): Response =>
    new Response(new TextEncoder().encode(JSON.stringify(some.tokenResponse())), {
      headers: contentType === undefined ? {} : { "content-type": contentType },
    });
  const deviations: readonly (readonly [name: string, response: () => Response])[] = [
    ["content-type", asText("text/json")],
    ["content-type", asText("application/problem+json")],
    ["content-type", asText(undefined)],
    ["token_type", () => answer(some.tokenResponse({ token_type: "BearerToken" }))],
    ["token_type", () => answer(some.tokenResponse({ token_type: "bearertoken" }))],
    ["expires_in", () => answer(some.tokenResponse({ expires_in: "300" }))],
  ];

  it.each(deviations)("in %s is tolerated and told", async (name, response) => {
    expect((await readFrom(response())).tolerated).toEqual([name]);
  });

  it.each(deviations)("in %s is refused where the protocol is held to", async (_, response) => {
    await expect(readFrom(response(), someTokenRequest({ dialect: strict }))).rejects.toMatchObject(unusable);
  });

  it.each(["application/json", "Application/JSON; charset=utf-8"])("is none in %s", async (contentType) => {
    expect((await readFrom(asText(contentType)())).tolerated).toEqual([]);
  });

  it("in issued_token_type is tolerated in an exchange, beside others", async () => {
    const issued = await read({ expires_in: "300" });
    expect(tokenExchangeGrant.check(issued, someExchange()).tolerated).toEqual(["expires_in", "issued_token_type"]);
    expect(() => tokenExchangeGrant.check(issued, someExchange({ dialect: strict }))).toThrow(/issued_token_type/);
  });
});
