import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestToken } from "../../packages/behalf/src/lib/oauth/request-token.ts";
import type { ServerConnection } from "../../packages/behalf/src/lib/oauth/server-connection.ts";
import type { IssuedToken, TokenRequest } from "../../packages/behalf/src/lib/oauth/token-request.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { fault, type ScriptedAs, startScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { connectTo, someExchange, someMetadata, someTokenRequest } from "../support/token-request.ts";

const awkward = { clientId: "orders:api é", clientSecret: the.awkwardSecret };
let as: ScriptedAs;
let network: { readonly connection: ServerConnection; close(): Promise<void> };

beforeAll(async () => {
  as = await startScriptedAs({ clients: [some.client(), some.client(awkward)] });
  network = connectTo(as.issuer);
});
afterAll(async () => {
  await network.close();
  await as.close();
});

function ask(request: TokenRequest): Promise<IssuedToken> {
  const { signal } = new AbortController();
  const metadata = someMetadata(as.issuer);
  return requestToken(request, { connection: network.connection, metadata, now: Date.now, signal });
}

const aliceToken = async (): Promise<ActorToken> => new ActorToken(await as.issue(some.claims()));
const target = {
  audience: MultiStringValue.from([the.audience, the.otherAudience]),
  resource: MultiStringValue.from([the.resource, "urn:example:stock"]),
  scope: MultiStringValue.from([the.scope, the.otherScope]),
};
const sentForm = (): readonly (readonly [string, string])[] => [...as.tokenRequest().form];

describe("a client credentials request", () => {
  it("says the grant and nothing that is not configured", async () => {
    const { token, expiresInMs } = await ask(someTokenRequest());
    expect(sentForm()).toEqual([["grant_type", the.clientCredentialsGrant]]);
    expect([token.isJwt, expiresInMs]).toEqual([true, 300_000]);
  });

  it("says each audience and resource by itself, and the scopes in one", async () => {
    await ask(someTokenRequest(target));
    expect(sentForm()).toEqual([
      ["audience", the.audience],
      ["audience", the.otherAudience],
      ["resource", the.resource],
      ["resource", "urn:example:stock"],
      ["scope", `${the.scope} ${the.otherScope}`],
      ["grant_type", the.clientCredentialsGrant],
    ]);
  });

  it("is a POST of a form that asks for JSON", async () => {
    await ask(someTokenRequest());
    const { method, headers } = as.tokenRequest();
    expect(method).toBe("POST");
    expect(headers).toMatchObject({
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
    });
  });
});

describe("a token exchange", () => {
  it("says all about both parties and the target", async () => {
    const subject = { token: await aliceToken(), tokenType: the.accessTokenType };
    const actor = { token: await aliceToken(), tokenType: the.jwtTokenType };
    await ask(someExchange({ ...target, subject, actor, requestedTokenType: the.jwtTokenType }));
    expect(sentForm()).toEqual([
      ["subject_token", subject.token.value()],
      ["subject_token_type", the.accessTokenType],
      ["actor_token", actor.token.value()],
      ["actor_token_type", the.jwtTokenType],
      ["requested_token_type", the.jwtTokenType],
      ["audience", the.audience],
      ["audience", the.otherAudience],
      ["resource", the.resource],
      ["resource", "urn:example:stock"],
      ["scope", `${the.scope} ${the.otherScope}`],
      ["grant_type", the.tokenExchangeGrant],
    ]);
  });

  it("leaves out what is not configured", async () => {
    await ask(someExchange({ subject: { token: await aliceToken(), tokenType: the.accessTokenType } }));
    expect(sentForm().map(([name]) => name)).toEqual(["subject_token", "subject_token_type", "grant_type"]);
  });

  it("notes a missing issued_token_type and takes the token", async () => {
    as.faults.next("token", fault.change({ issued_token_type: undefined }));
    const subject = { token: await aliceToken(), tokenType: the.accessTokenType };
    expect((await ask(someExchange({ subject }))).tolerated).toEqual(["issued_token_type"]);
  });

  it.each([
    [the.accessTokenType, undefined, true],
    [the.jwtTokenType, undefined, true],
    [the.jwtTokenType, the.jwtTokenType, true],
    [the.accessTokenType, the.jwtTokenType, false],
    ["urn:ietf:params:oauth:token-type:refresh_token", undefined, false],
    ["urn:ietf:params:oauth:token-type:id_token", undefined, false],
    [5, undefined, false],
  ])("of type %s, asked for as %s, is accepted: %s", async (issued, requestedTokenType, accepted) => {
    as.faults.next("token", fault.change({ issued_token_type: issued, token_type: "Bearer" }));
    const subject = { token: await aliceToken(), tokenType: the.accessTokenType };
    const asked = ask(someExchange({ subject, requestedTokenType }));
    if (accepted) expect((await asked).issuedTokenType).toBe(issued);
    else await expect(asked).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });
});

describe("the client", () => {
  const credentials = { clientId: awkward.clientId, clientSecret: new Secret(awkward.clientSecret) };

  it("authenticates by basic with every kind of character", async () => {
    await ask(someTokenRequest({ credentials: { ...credentials, authentication: "client_secret_basic" } }));
    const { headers, form } = as.tokenRequest();
    expect(headers.authorization).toMatch(/^Basic /);
    expect([form.has("client_id"), form.has("client_secret")]).toEqual([false, false]);
  });

  it("authenticates by post with every kind of character", async () => {
    await ask(someTokenRequest({ credentials: { ...credentials, authentication: "client_secret_post" } }));
    const { headers, form } = as.tokenRequest();
    expect(headers.authorization).toBeUndefined();
    expect([form.get("client_id"), form.get("client_secret")]).toEqual([awkward.clientId, awkward.clientSecret]);
  });
});
