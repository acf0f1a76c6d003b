import { createClock, type ScriptedAs } from "behalf/testing";
import { decodeJwt, decodeProtectedHeader } from "jose";
import {
  allowInsecureRequests,
  ClientSecretPost,
  type Configuration,
  discovery,
  fetchUserInfo,
  tokenIntrospection,
} from "openid-client";
import { describe, expect, it } from "vitest";
import { postForm } from "../support/post-form.ts";
import { some } from "../support/some.ts";
import { startAs } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const discover = (as: ScriptedAs): Promise<Configuration> =>
  discovery(new URL(as.issuer), the.clientId, undefined, ClientSecretPost(the.clientSecret), {
    execute: [allowInsecureRequests],
  });

describe("openid-client", () => {
  it("asks about a token", async () => {
    const as = await startAs();
    const configuration = await discover(as);
    const token = as.issueOpaque(some.claims());
    expect(await tokenIntrospection(configuration, token)).toMatchObject({ active: true, ...some.claims() });
    as.revoke(token);
    expect(await tokenIntrospection(configuration, token)).toEqual({ active: false });
    expect(as.count("introspection")).toBe(2);
  });

  it("asks who a token is of", async () => {
    const as = await startAs();
    as.setUserInfo(the.alice, { email: "alice@example.com" });
    const token = as.issueOpaque(some.claims());
    const info = await fetchUserInfo(await discover(as), token, the.alice);
    expect([info, as.count("userinfo")]).toEqual([{ sub: the.alice, email: "alice@example.com" }, 1]);
  });
});

describe("introspection", () => {
  it("knows the tokens in force alone", async () => {
    const clock = createClock();
    const as = await startAs({ clock });
    const tokens = [as.issueOpaque(some.claims()), await as.issue(some.claims())];
    const listActive = () =>
      Promise.all(tokens.map(async (token) => (await postForm(as.introspectionEndpoint, { token })).body.active));
    expect(await listActive()).toEqual([true, true]);
    clock.advance(301_000);
    expect(await listActive()).toEqual([false, false]);
  });

  it.each([
    ["nobody", {}, "invalid_client"],
    ["a wrong secret", { authorization: `Basic ${btoa(`${the.clientId}:wrong`)}` }, "invalid_client"],
  ])("refuses %s", async (_case, headers, error) => {
    const as = await startAs();
    const { status, body } = await postForm(as.introspectionEndpoint, { token: "a" }, headers);
    expect([status, body.error]).toEqual([401, error]);
  });

  it("refuses a public client", async () => {
    const as = await startAs({ clients: [some.client({ clientSecret: undefined })] });
    const { status } = await postForm(as.introspectionEndpoint, { token: "a", client_id: the.clientId }, {});
    expect(status).toBe(401);
  });

  it("wants a token in a form", async () => {
    const as = await startAs();
    const { status, body } = await postForm(as.introspectionEndpoint, {});
    expect([status, body.error]).toEqual([400, "invalid_request"]);
    expect((await fetch(as.introspectionEndpoint)).status).toBe(405);
  });

  it("takes a token in the place of a client's credentials, while it is in force", async () => {
    const as = await startAs();
    const [own, token] = [as.issueOpaque({ client_id: the.clientId }), as.issueOpaque(some.claims())];
    const ask = (): Promise<Response> =>
      fetch(as.introspectionEndpoint, {
        method: "POST",
        headers: { authorization: `Bearer ${own}` },
        body: new URLSearchParams({ token }),
      });
    expect(await (await ask()).json()).toMatchObject({ active: true, sub: the.alice });
    as.revoke(own);
    const refused = await ask();
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it("is signed for the client where that is accepted", async () => {
    const as = await startAs();
    const response = await fetch(as.introspectionEndpoint, {
      method: "POST",
      headers: {
        accept: "application/token-introspection+jwt",
        authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}`,
      },
      body: new URLSearchParams({ token: as.issueOpaque(some.claims()) }),
    });
    const jwt = await response.text();
    expect(response.headers.get("content-type")).toBe("application/token-introspection+jwt");
    expect(decodeProtectedHeader(jwt).typ).toBe("token-introspection+jwt");
    expect(decodeJwt(jwt)).toMatchObject({
      iss: as.issuer,
      aud: the.clientId,
      token_introspection: { active: true, ...some.claims() },
    });
  });
});

describe("userinfo", () => {
  const ask = (as: ScriptedAs, headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(as.userinfoEndpoint, { headers });

  it("wants a token, and says nothing of an error without one", async () => {
    const as = await startAs();
    const response = await ask(as, {});
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  it("refuses a token that is bound to a key to a mere bearer", async () => {
    const as = await startAs();
    const token = await as.issue(some.claims({ cnf: { jkt: "a" } }));
    expect((await ask(as, { authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it("is signed where the server is told so", async () => {
    const as = await startAs({ signsUserInfo: true });
    const response = await ask(as, { authorization: `Bearer ${await as.issue(some.claims())}` });
    expect(response.headers.get("content-type")).toBe("application/jwt");
    expect(decodeJwt(await response.text())).toMatchObject({ iss: as.issuer, aud: "web-shop", sub: the.alice });
  });
});
