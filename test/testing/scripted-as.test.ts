import { createClock, type ScriptedAs, type ScriptedAsOptions, startScriptedAs } from "behalf/testing";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { postForm } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";

const clientCredentials = { grant_type: the.clientCredentialsGrant };
const open: ScriptedAs[] = [];

async function start(options?: ScriptedAsOptions): Promise<ScriptedAs> {
  const as = await startScriptedAs(options);
  open.push(as);
  return as;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((as) => as.close()));
});

describe("metadata", () => {
  it("is served at both well-known places", async () => {
    const as = await start();
    for (const place of ["openid-configuration", "oauth-authorization-server"]) {
      const metadata = await (await fetch(`${as.url}/.well-known/${place}`)).json();
      expect(metadata).toMatchObject({ issuer: as.issuer, token_endpoint: as.tokenEndpoint, jwks_uri: as.jwksUri });
    }
  });

  it("puts the path of the issuer where each specification wants it", async () => {
    const as = await start({ issuerPath: "/tenant1" });
    const statuses = await Promise.all(
      [
        "/tenant1/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/tenant1",
        "/.well-known/openid-configuration",
      ].map(async (path) => (await fetch(as.url + path)).status),
    );
    expect(statuses).toEqual([200, 200, 404]);
  });

  it("takes changed members and leaves out undefined ones", async () => {
    const as = await start({ metadata: { extra: 1, jwks_uri: undefined } });
    const metadata = await (await fetch(`${as.url}/.well-known/openid-configuration`)).json();
    expect(metadata).toHaveProperty("extra", 1);
    expect(metadata).not.toHaveProperty("jwks_uri");
  });
});

describe("client credentials", () => {
  it("issues a token to the client itself", async () => {
    const clock = createClock();
    const as = await start({ clock });
    const { body } = await postForm(as.tokenEndpoint, { ...clientCredentials, scope: the.scope });
    const iat = clock.now() / 1000;
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 300, scope: the.scope });
    expect(decodeProtectedHeader(String(body.access_token))).toEqual({ alg: "ES256", typ: "at+jwt", kid: "key-1" });
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      sub: the.clientId,
      iss: as.issuer,
      iat,
      exp: iat + 300,
    });
  });

  it("gives every token an id of its own", async () => {
    const as = await start();
    const answers = await Promise.all([1, 2].map(() => postForm(as.tokenEndpoint, clientCredentials)));
    const [first, second] = answers.map(({ body }) => decodeJwt(String(body.access_token)).jti);
    expect(first).not.toBe(second);
  });

  it("names every audience and resource that was asked for", async () => {
    const as = await start();
    const form = new URLSearchParams(clientCredentials);
    for (const audience of [the.audience, the.otherAudience]) form.append("audience", audience);
    form.append("resource", the.resource);
    const { body } = await postForm(as.tokenEndpoint, form);
    expect(decodeJwt(String(body.access_token)).aud).toEqual([the.audience, the.otherAudience, the.resource]);
  });

  it.each([
    ["invalid_scope", { scope: "all" }],
    ["invalid_target", { audience: "elsewhere" }],
    ["unsupported_grant_type", { grant_type: "password" }],
  ])("refuses with %s", async (error, form) => {
    const as = await start({ clients: [some.client({ scope: the.scope, audiences: [the.audience] })] });
    const answer = await postForm(as.tokenEndpoint, { ...clientCredentials, ...form });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });
});

describe("client authentication", () => {
  it("accepts the secret in the body", async () => {
    const as = await start();
    const form = { ...clientCredentials, client_id: the.clientId, client_secret: the.clientSecret };
    expect(await postForm(as.tokenEndpoint, form, {})).toMatchObject({ status: 200 });
  });

  it("decodes what basic authentication encodes", async () => {
    const as = await start({ clients: [some.client({ clientSecret: the.awkwardSecret })] });
    const authorization = `Basic ${btoa(`${the.clientId}:${encodeURIComponent(the.awkwardSecret)}`)}`;
    expect(await postForm(as.tokenEndpoint, clientCredentials, { authorization })).toMatchObject({ status: 200 });
  });

  it.each([
    ["a wrong secret", { authorization: `Basic ${btoa(`${the.clientId}:wrong`)}` }],
    ["no authentication", {}],
    ["another scheme", { authorization: "Bearer token" }],
  ])("answers invalid_client with a challenge to %s", async (_case, headers) => {
    const as = await start();
    const answer = await postForm(as.tokenEndpoint, clientCredentials, headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    expect(answer.headers.get("www-authenticate")).toContain("Basic");
  });

  it("refuses a method that the client is not registered for", async () => {
    const as = await start({ clients: [some.client({ authenticationMethod: "client_secret_post" })] });
    expect(await postForm(as.tokenEndpoint, clientCredentials)).toMatchObject({ status: 401 });
  });
});

describe("token exchange", () => {
  it("keeps the subject and names the actor", async () => {
    const as = await start();
    const { body } = await postForm(as.tokenEndpoint, some.exchangeForm(await as.issue(some.claims())));
    expect(body.issued_token_type).toBe(the.accessTokenType);
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      sub: the.alice,
      aud: the.audience,
      act: { sub: the.clientId },
    });
  });

  it("keeps the chain of actors", async () => {
    const as = await start();
    const subjectToken = await as.issue(some.claims({ act: { sub: "web-shop" } }));
    const { body } = await postForm(as.tokenEndpoint, some.exchangeForm(subjectToken));
    expect(decodeJwt(String(body.access_token)).act).toEqual({ sub: the.clientId, act: { sub: "web-shop" } });
  });

  it.each([
    ["an expired subject token", { exp: 1 }, undefined],
    ["a subject token of another signer", {}, { key: "stranger" as const }],
  ])("refuses %s", async (_case, claims, choice) => {
    const as = await start();
    const answer = await postForm(as.tokenEndpoint, some.exchangeForm(await as.issue(some.claims(claims), choice)));
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } });
  });

  it("judges expiry by the given clock", async () => {
    const clock = createClock();
    const as = await start({ clock });
    const subjectToken = await as.issue(some.claims());
    clock.advance(301_000);
    expect(await postForm(as.tokenEndpoint, some.exchangeForm(subjectToken))).toMatchObject({ status: 400 });
  });
});

describe("issue", () => {
  it.each<readonly [ScriptedAsOptions, string]>([
    [{}, the.clientId],
    [{ clients: [some.client({ clientId: the.otherClientId }), some.client()] }, the.otherClientId],
    [{ audience: "https://orders.example.com" }, "https://orders.example.com"],
  ])("makes tokens for the API under test: %j", async (options, aud) => {
    const as = await start(options);
    const token = await as.issue({ sub: the.alice });
    expect(decodeJwt(token)).toMatchObject({ iss: as.issuer, sub: the.alice, aud });
  });

  it("takes any claims, and leaves out undefined ones", async () => {
    const as = await start();
    const claims = decodeJwt(await as.issue({ sub: the.alice, aud: undefined, exp: "never" }));
    expect(claims).toMatchObject({ exp: "never" });
    expect(claims).not.toHaveProperty("aud");
  });
});

describe("rotateKeys", () => {
  it("publishes the new key beside the old one", async () => {
    const as = await start();
    await as.rotateKeys();
    const { keys } = (await (await fetch(as.jwksUri)).json()) as { keys: { kid: string; d?: string }[] };
    expect(keys.map(({ kid }) => kid)).toEqual(["key-2", "key-1"]);
    expect(keys.every(({ d }) => d === undefined)).toBe(true);
  });

  it("accepts tokens of the old key only while it is kept", async () => {
    const as = await start();
    const form = some.exchangeForm(await as.issue(some.claims()));
    await as.rotateKeys();
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 200 });
    await as.rotateKeys({ keepPrevious: false });
    expect(await postForm(as.tokenEndpoint, form)).toMatchObject({ status: 400 });
  });
});

describe("requests", () => {
  it("records what was sent", async () => {
    const as = await start();
    await postForm(as.tokenEndpoint, clientCredentials);
    const request = as.tokenRequest();
    expect(request).toMatchObject({ endpoint: "token", method: "POST", path: "/token" });
    expect(request.form.get("grant_type")).toBe(the.clientCredentialsGrant);
    expect(request.headers.authorization).toMatch(/^Basic /);
  });

  it("are refused when they are larger than any form", async () => {
    const as = await start();
    const body = "x".repeat(1024 * 1024 + 1);
    expect((await fetch(as.tokenEndpoint, { method: "POST", body })).status).toBe(413);
    expect(as.requests).toEqual([]);
  });

  it("are kept up to 10,000", async () => {
    const as = await start();
    for (let index = 0; index < 10_001; index++) await as.fetch(`${as.url}/${index}`, { method: "GET", headers: {} });
    expect([as.requests.length, as.requests[0]?.path]).toEqual([10_000, "/1"]);
  });

  it("counts by endpoint and by predicate", async () => {
    const as = await start();
    await postForm(as.tokenEndpoint, clientCredentials);
    await fetch(as.jwksUri);
    expect([as.count("token"), as.count("metadata"), as.count(({ method }) => method === "GET")]).toEqual([1, 0, 1]);
  });
});
