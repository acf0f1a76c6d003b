import type { ScriptedAs, TrustedIssuer } from "behalf/testing";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { postForm, type TokenAnswer } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const tokenType = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
const jwtBearerGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const claimsOf = ({ body }: TokenAnswer) => decodeJwt(String(body.access_token));

type Form = Readonly<Record<string, string>>;

async function exchange(as: ScriptedAs, form: Form = {}, claims: Form | object = {}): Promise<TokenAnswer> {
  return postForm(as.tokenEndpoint, some.exchangeForm(await as.issue(some.claims({ ...claims })), form));
}

describe("a token exchange", () => {
  it("gives a refresh token that can be used", async () => {
    const as = await startAs();
    const answer = await exchange(as, { requested_token_type: tokenType("refresh_token"), scope: the.scope });
    expect(answer.body).toMatchObject({ token_type: "N_A", issued_token_type: tokenType("refresh_token") });
    const refresh_token = String(answer.body.access_token);
    const refreshed = await postForm(as.tokenEndpoint, { grant_type: "refresh_token", refresh_token });
    expect(claimsOf(refreshed)).toMatchObject({ sub: the.alice, aud: the.audience, scope: the.scope });
  });

  it("gives an identity assertion for another server", async () => {
    const as = await startAs();
    const audience = "https://other.example";
    const form = { requested_token_type: tokenType("id-jag"), audience, resource: the.resource, scope: the.scope };
    const answer = await exchange(as, form);
    expect(answer.body).toMatchObject({ token_type: "N_A", issued_token_type: tokenType("id-jag"), expires_in: 300 });
    expect(decodeProtectedHeader(String(answer.body.access_token)).typ).toBe("oauth-id-jag+jwt");
    const claims = claimsOf(answer);
    expect(claims).toMatchObject({ iss: as.issuer, sub: the.alice, aud: audience, client_id: the.clientId });
    expect(claims).toMatchObject({ resource: the.resource, scope: the.scope, jti: expect.any(String) });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
  });

  it.each(["id_token", "access_token", "jwt"])("takes a subject of type %s", async (name) => {
    const as = await startAs();
    expect(await exchange(as, { subject_token_type: tokenType(name) })).toMatchObject({ status: 200 });
  });

  it("takes a refresh token as the subject", async () => {
    const as = await startAs();
    const token = as.issueRefreshToken({ clientId: the.clientId, sub: the.bob });
    const form = some.exchangeForm(token, { subject_token_type: tokenType("refresh_token") });
    expect(claimsOf(await postForm(as.tokenEndpoint, form)).sub).toBe(the.bob);
  });

  it("refuses another client's refresh token as the subject", async () => {
    const as = await startAs();
    const token = as.issueRefreshToken({ clientId: the.otherClientId, sub: the.bob });
    const form = some.exchangeForm(token, { subject_token_type: tokenType("refresh_token") });
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });

  it.each([
    ["an ID token for another client", { subject_token_type: tokenType("id_token") }, { aud: "web-shop" }],
    ["an unknown type of subject", { subject_token_type: tokenType("saml2") }, {}],
    ["an unknown type of result", { requested_token_type: tokenType("saml2") }, {}],
    ["a type of actor without an actor", { actor_token_type: the.accessTokenType }, {}],
  ])("refuses %s", async (_case, form, claims) => {
    const as = await startAs();
    expect(await exchange(as, form as Form, claims)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });

  it("names the actor token's subject around the actors before", async () => {
    const as = await startAs();
    const actor_token = await as.issue({ sub: "batch", client_id: "batch-client", aud: the.clientId });
    const form = { actor_token, actor_token_type: the.accessTokenType };
    const { act } = claimsOf(await exchange(as, form, { act: { sub: "web-shop" } }));
    expect(act).toEqual({ sub: "batch", client_id: "batch-client", act: { sub: "web-shop" } });
  });

  it.each([
    [{ sub: the.clientId }, 200],
    [{ client_id: the.clientId }, 200],
    [{ sub: "batch" }, 400],
  ])("obeys may_act %j", async (may_act, status) => {
    const as = await startAs();
    expect(await exchange(as, {}, { may_act })).toMatchObject({ status });
  });
});

describe("authorization_details", () => {
  it("come back in the token and in the answer", async () => {
    const as = await startAs();
    const details = [{ type: "payment", amount: 5 }];
    const answer = await exchange(as, { authorization_details: JSON.stringify(details) });
    expect(answer.body.authorization_details).toEqual(details);
    expect(claimsOf(answer).authorization_details).toEqual(details);
  });

  it.each(["{", "{}", "[1]", '[{"amount":5}]'])("are refused as %s", async (authorization_details) => {
    const as = await startAs();
    const answer = await exchange(as, { authorization_details });
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_authorization_details" } });
  });
});

describe("jwt-bearer", () => {
  const ask = (as: ScriptedAs, assertion: string, form: Form = {}): Promise<TokenAnswer> =>
    postForm(as.tokenEndpoint, { grant_type: jwtBearerGrant, assertion, ...form });

  it("takes a token of the server itself", async () => {
    const as = await startAs();
    const claims = claimsOf(await ask(as, await as.issue(some.claims()), { resource: the.resource }));
    expect(claims).toMatchObject({ sub: the.alice, aud: the.resource });
    expect(claims).not.toHaveProperty("act");
  });

  it("speaks Entra's on-behalf-of", async () => {
    const as = await startAs();
    const form = { requested_token_use: "on_behalf_of", scope: `${the.scope} offline_access` };
    const answer = await ask(as, await as.issue(some.claims()), form);
    expect(answer.body).toMatchObject({ ext_expires_in: 3600, refresh_token: expect.any(String) });
    expect(claimsOf(answer).sub).toBe(the.alice);
  });

  it.each([
    ["invalid_request", { requested_token_use: "on_behalf_of" }, {}],
    ["invalid_request", { requested_token_use: "else", scope: the.scope }, {}],
    ["invalid_grant", { requested_token_use: "on_behalf_of", scope: the.scope }, { aud: "elsewhere" }],
    ["invalid_grant", {}, { exp: 1 }],
    ["invalid_grant", {}, { sub: undefined }],
  ])("refuses with %s: %j", async (error, form, claims) => {
    const as = await startAs();
    const answer = await ask(as, await as.issue(some.claims(claims)), form as Form);
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  async function startPair(toTrusted: (identity: ScriptedAs) => TrustedIssuer) {
    const identity = await startAs();
    return { identity, as: await startAs({ trustedIssuers: [toTrusted(identity)] }) };
  }

  it.each<[string, (identity: ScriptedAs) => TrustedIssuer]>([
    ["address", ({ issuer, jwksUri }) => ({ issuer, jwksUri })],
    ["keys", ({ issuer, publicKeys }) => ({ issuer, keys: publicKeys })],
  ])("takes an identity assertion of an issuer trusted by its %s", async (_case, toTrusted) => {
    const { identity, as } = await startPair(toTrusted);
    const form = { requested_token_type: tokenType("id-jag"), audience: as.issuer };
    const { body } = await exchange(identity, form);
    expect(claimsOf(await ask(as, String(body.access_token)))).toMatchObject({ iss: as.issuer, sub: the.alice });
  });

  it.each([
    ["another audience", { aud: "https://elsewhere.example", client_id: the.clientId }],
    ["another client", { client_id: "somebody" }],
  ])("refuses an identity assertion for %s", async (_case, changes) => {
    const { identity, as } = await startPair(({ issuer, jwksUri }) => ({ issuer, jwksUri }));
    const claims = { sub: the.alice, aud: as.issuer, ...changes };
    const answer = await ask(as, await identity.issue(claims, { typ: "oauth-id-jag+jwt" }));
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });

  it("refuses an issuer that it does not trust", async () => {
    const [stranger, as] = [await startAs(), await startAs()];
    const answer = await ask(as, await stranger.issue({ sub: the.alice, aud: as.issuer }));
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  });
});

describe("refresh_token", () => {
  const refresh = (as: ScriptedAs, refresh_token: string, form: Form = {}): Promise<TokenAnswer> =>
    postForm(as.tokenEndpoint, { grant_type: "refresh_token", refresh_token, ...form });
  const grant = { clientId: the.clientId, sub: the.alice, scope: `${the.scope} ${the.otherScope}` };

  it("gives a new refresh token each time", async () => {
    const as = await startAs();
    const first = await refresh(as, as.issueRefreshToken(grant));
    const second = await refresh(as, String(first.body.refresh_token));
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(first.body.refresh_token).not.toBe(second.body.refresh_token);
    expect(claimsOf(second)).toMatchObject({ sub: the.alice, scope: grant.scope });
  });

  it("ends the family when a used one comes again", async () => {
    const as = await startAs();
    const token = as.issueRefreshToken(grant);
    const { body } = await refresh(as, token);
    for (const dead of [token, String(body.refresh_token)]) {
      expect(await refresh(as, dead)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    }
  });

  it("can go on with the same one", async () => {
    const as = await startAs({ rotatesRefreshTokens: false });
    const token = as.issueRefreshToken(grant);
    const answers = [await refresh(as, token), await refresh(as, token)];
    expect(answers.map(({ status, body }) => [status, "refresh_token" in body])).toEqual([
      [200, false],
      [200, false],
    ]);
  });

  it("narrows scope and audience, and keeps the token when it refuses", async () => {
    const as = await startAs();
    const token = as.issueRefreshToken({ ...grant, audience: [the.audience, the.otherAudience], rotates: false });
    expect(await refresh(as, token, { scope: "all" })).toMatchObject({ body: { error: "invalid_scope" } });
    expect(await refresh(as, token, { audience: "else" })).toMatchObject({ body: { error: "invalid_target" } });
    const answer = await refresh(as, token, { scope: the.scope, audience: the.audience });
    expect(claimsOf(answer)).toMatchObject({ scope: the.scope, aud: the.audience });
    expect(claimsOf(await refresh(as, token)).aud).toEqual([the.audience, the.otherAudience]);
  });

  it("is refused to another client, and after it was revoked", async () => {
    const as = await startAs();
    const token = as.issueRefreshToken(grant);
    as.revokeRefreshToken(token);
    const foreign = as.issueRefreshToken({ ...grant, clientId: the.otherClientId });
    for (const dead of [token, foreign, "unknown"]) {
      expect(await refresh(as, dead)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    }
  });
});
