import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requestToken } from "../../packages/behalf/src/lib/oauth/request-token.ts";
import type { IssuedToken, PartyToken, TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { tokenTypes } from "../../packages/behalf/src/lib/oauth/token-types.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { openServer, type ServerUnderTest } from "../support/ask-server.ts";
import { type Fault, fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { connectTo, someExchange, someMetadata, someTokenRequest } from "../support/token-request.ts";

let identityProvider: ScriptedAs;
let as: ScriptedAs;
let servers: { readonly own: ServerUnderTest; readonly first: ServerUnderTest };

beforeAll(async () => {
  identityProvider = await startScriptedAs();
  const { issuer, jwksUri } = identityProvider;
  as = await startScriptedAs({ trustedIssuers: [{ issuer, jwksUri }] });
  servers = { own: openServer(as.issuer), first: openServer(issuer) };
});
afterEach(() => as.faults.clear());
afterAll(async () => {
  await Promise.all([servers.own.close(), servers.first.close()]);
  await Promise.all([as.close(), identityProvider.close()]);
});

const toParty = (text: string, tokenType: string = the.accessTokenType): PartyToken => ({
  token: new ActorToken(text),
  tokenType,
});
const asAlice = async (): Promise<PartyToken> => toParty(await as.issue(some.claims()));
const ask = (changes: Partial<TokenRequest>): Promise<IssuedToken> => servers.own.ask(someTokenRequest(changes));
const claimsOf = ({ token }: IssuedToken): unknown => decodeJwt(token.value());
const audience = MultiStringValue.from(the.audience);
const scope = MultiStringValue.from(the.scope);

describe("a grant on behalf of a caller", () => {
  it("is Entra's", async () => {
    const issued = await ask({ grantType: "onBehalfOf", subject: await asAlice(), scope });
    expect(claimsOf(issued)).toMatchObject({ sub: the.alice, scope: the.scope });
    expect(as.tokenRequest().form.get("requested_token_use")).toBe("on_behalf_of");
  });

  it("is an assertion of her", async () => {
    const issued = await ask({ grantType: "jwtBearer", subject: await asAlice(), audience, scope });
    expect(claimsOf(issued)).toMatchObject({ sub: the.alice, aud: the.audience, scope: the.scope });
  });

  it("is an assertion of another server, which it got by an exchange", async () => {
    const subject = toParty(await identityProvider.issue(some.claims()), tokenTypes.idToken);
    const assertion = await servers.first.ask(
      someExchange({
        subject,
        requestedTokenType: tokenTypes.identityAssertion,
        audience: MultiStringValue.from(as.issuer),
        scope,
      }),
    );
    expect(assertion).toMatchObject({ tokenType: "N_A", tolerated: [], deviations: [] });
    const issued = await ask({ grantType: "jwtBearer", subject: { token: assertion.token, tokenType: "" }, scope });
    expect(claimsOf(issued)).toMatchObject({ sub: the.alice, scope: the.scope });
  });

  it.each([tokenTypes.identityAssertion, tokenTypes.refreshToken])(
    "is no access token that the server gives in the place of %s",
    async (requestedTokenType) => {
      const request = someExchange({ subject: await asAlice(), audience, requestedTokenType });
      for (const issued_token_type of [undefined, tokenTypes.accessToken]) {
        as.faults.next("token", fault.change({ token_type: "Bearer", issued_token_type }));
        const error = { name: "TokenUnreachableError", code: "BEHALF_TOKEN_UNREADABLE" };
        await expect(servers.own.ask(request)).rejects.toMatchObject(error);
      }
    },
  );

  it("names who acts", async () => {
    const actor = toParty(await as.issue(some.claims({ sub: "orders-service" })));
    const issued = await servers.own.ask(someExchange({ subject: await asAlice(), actor, audience }));
    expect(claimsOf(issued)).toMatchObject({ sub: the.alice, act: { sub: "orders-service" } });
    expect(issued.deviations).toEqual([]);
  });
});

describe("a refresh token", () => {
  it("comes by an exchange, and gives tokens and its successor", async () => {
    const exchange = someExchange({ subject: await asAlice(), audience, requestedTokenType: tokenTypes.refreshToken });
    const first = await servers.own.ask(exchange);
    expect(first.tokenType).toBe("N_A");
    const subject = { token: first.token, tokenType: tokenTypes.refreshToken };
    const issued = await ask({ grantType: "refreshToken", subject });
    expect(issued).toMatchObject({ tokenType: "Bearer", tolerated: [] });
    expect(claimsOf(issued)).toMatchObject({ sub: the.alice, aud: the.audience });
    expect(issued.refreshToken?.value()).not.toBe(first.token.value());
  });

  it("is sent once when its answer is lost, so that the server takes it for no theft", async () => {
    const text = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    const before = as.tokenRequests.length;
    as.faults.next("token", fault.drop());
    const asked = ask({ grantType: "refreshToken", subject: toParty(text, tokenTypes.refreshToken) });
    await expect(asked).rejects.toMatchObject({ code: "BEHALF_REFRESH_TOKEN_LOST" });
    expect(as.tokenRequests.length - before).toBe(1);
  });

  it.each<readonly [string, Fault]>([
    ["no token", fault.change({ access_token: undefined })],
    ["a token of an unknown type", fault.change({ token_type: "mac" })],
    ["a successor that no form can carry", fault.change({ refresh_token: "r\u0000" })],
    ["no JSON", fault.html(200)],
  ])("may be spent when the answer holds %s", async (_, given) => {
    const send = (refreshReuse: boolean): Promise<IssuedToken> => {
      const text = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
      as.faults.next("token", given);
      return ask({ grantType: "refreshToken", subject: toParty(text, tokenTypes.refreshToken), refreshReuse });
    };
    await expect(send(false)).rejects.toMatchObject({ code: "BEHALF_REFRESH_TOKEN_LOST", status: 200 });
    await expect(send(true)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE", status: 200 });
  });

  it("is sent again where that is allowed", async () => {
    const text = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice, rotates: false });
    as.faults.next("token", fault.drop());
    const subject = toParty(text, tokenTypes.refreshToken);
    expect((await ask({ grantType: "refreshToken", subject, refreshReuse: true })).token.isJwt).toBe(true);
  });

  it("is not spent where nothing listens", async () => {
    const gone = await startScriptedAs();
    await gone.close();
    const network = connectTo(gone.issuer);
    const request = someTokenRequest({ grantType: "refreshToken", subject: toParty("r", tokenTypes.refreshToken) });
    const { signal } = new AbortController();
    const metadata = someMetadata(gone.issuer);
    const asked = requestToken(request, { connection: network.connection, metadata, now: Date.now, signal });
    await expect(asked).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
    await network.close();
  });
});

describe("a token that is not what was asked for", () => {
  const later = Math.floor(Date.now() / 1000) + 86_400;

  it.each<readonly [string, Fault]>([
    ["audience", fault.otherAudience(the.otherAudience)],
    ["audience", fault.claims({ aud: [the.audience, "payments-admin"] })],
    ["scope", fault.widerScope("admin")],
    ["expiry", fault.claims({ exp: later })],
    ["actor", fault.claims({ act: { sub: "somebody" } })],
    ["actor", fault.claims({ act: undefined })],
  ])("is told: %s", async (deviation, given) => {
    const actor = toParty(await as.issue(some.claims({ sub: "orders-service" })));
    const request = someExchange({ subject: await asAlice(), actor, audience, scope });
    as.faults.next("token", given);
    expect((await servers.own.ask(request)).deviations).toEqual([deviation]);
    as.faults.next("token", given);
    const guarded = servers.own.ask({ ...request, audienceGuard: "fail" });
    await expect(guarded).rejects.toMatchObject({ code: "BEHALF_TOKEN_DEVIATES", deviations: [deviation] });
  });

  it.each([fault.typ("at+JWT"), fault.nullSubject()])(
    "is not one of another kind, or without a subject",
    async (given) => {
      as.faults.next("token", given);
      const issued = await servers.own.ask(someExchange({ subject: await asAlice(), audience, scope }));
      expect([issued.deviations, issued.tolerated]).toEqual([[], []]);
    },
  );

  it.each<readonly [string, Fault]>([
    ["expires_in", fault.expiresInAsText()],
    ["issued_token_type", fault.withoutIssuedTokenType()],
    ["content-type", fault.contentType("text/json")],
  ])("deviates from the protocol in %s, which is tolerated", async (name, given) => {
    as.faults.next("token", given);
    const issued = await servers.own.ask(someExchange({ subject: await asAlice(), audience }));
    expect([issued.tolerated, issued.expiresInMs]).toEqual([[name], 300_000]);
  });
});
