import { describe, expect, it } from "vitest";
import type { ScriptedAs } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { type MakeRoutes, type OrdersApi, openOrdersApi } from "./open-orders-api.ts";

const routes: MakeRoutes = (behalf) => [
  { method: "GET", path: "/me", handler: async () => ({ subject: behalf.context.current()?.caller?.subject }) },
];

const resource = "https://orders.example.com/v1";
const metadataUrl = "https://orders.example.com/.well-known/oauth-protected-resource/v1";

function testMetadata(start: StartApi): void {
  it("tells anybody how to get a token", async () => {
    const { as, ask } = await openOrdersApi(start, routes, {
      inbound: { resource, requiredScopes: "orders", resourceMetadata: { resource_name: "Orders" } },
    });
    const answer = await ask("/.well-known/oauth-protected-resource/v1?x=1");
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(await answer.json()).toMatchObject({
      resource,
      resource_name: "Orders",
      authorization_servers: [as.issuer],
      bearer_methods_supported: ["header"],
      scopes_supported: ["orders"],
      dpop_signing_alg_values_supported: expect.arrayContaining(["ES256"]),
    });
  });

  it("is named in every challenge, with each scheme that may be used", async () => {
    const { ask, tokenOf } = await openOrdersApi(start, routes, { inbound: { resource, algorithms: ["ES256"] } });
    const named = `resource_metadata="${metadataUrl}"`;
    const challenges = [];
    for (const headers of [{}, { authorization: "Bearer x" }, await tokenOf(the.alice, { aud: "x" })]) {
      challenges.push((await ask("/me", headers)).headers.get("www-authenticate"));
    }
    const refused = `Bearer error="invalid_token", ${named}, DPoP error="invalid_token", algs="ES256", ${named}`;
    expect(challenges).toEqual([`Bearer ${named}, DPoP algs="ES256", ${named}`, refused, refused]);
  });

  it("is not there where no resource is configured", async () => {
    const { ask } = await openOrdersApi(start, routes);
    expect((await ask("/.well-known/oauth-protected-resource")).status).toBe(401);
  });
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

async function logOut(
  { as, running }: Pick<OrdersApi, "as" | "running">,
  claims: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const token = await toLogoutToken(as, claims);
  const body = new URLSearchParams({ logout_token: token });
  return fetch(`${running.url}/backchannel-logout`, { method: "POST", body });
}

function toLogoutToken(as: ScriptedAs, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const events = { [logoutEvent]: {} };
  return as.issue(
    some.claims({
      jti: crypto.randomUUID(),
      events,
      scope: undefined,
      client_id: undefined,
      sub: undefined,
      ...claims,
    }),
    { typ: "logout+jwt" },
  );
}

function testLogout(start: StartApi): void {
  const settings = { inbound: { backchannelLogout: true } } as const;

  it("ends what the subject's tokens may do, those that are remembered as well", async () => {
    const api = await openOrdersApi(start, routes, settings);
    const [alice, bob] = [await api.tokenOf(the.alice), await api.tokenOf("bob")];
    expect([(await api.ask("/me", alice)).status, (await api.ask("/me", bob)).status]).toEqual([200, 200]);
    const answer = await logOut(api, { sub: the.alice });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect([(await api.ask("/me", alice)).status, (await api.ask("/me", bob)).status]).toEqual([401, 200]);
  });

  it("ends what the session's tokens may do", async () => {
    const api = await openOrdersApi(start, routes, settings);
    const here = await api.tokenOf(the.alice, { sid: "here" });
    const there = await api.tokenOf(the.alice, { sid: "there" });
    await logOut(api, { sid: "here" });
    expect([(await api.ask("/me", here)).status, (await api.ask("/me", there)).status]).toEqual([401, 200]);
  });

  it.each([
    ["no event", { sub: the.alice, events: {} }],
    ["a nonce", { sub: the.alice, nonce: "n" }],
    ["another audience", { sub: the.alice, aud: "other" }],
    ["nobody", {}],
  ])("takes no token with %s", async (_case, claims) => {
    const api = await openOrdersApi(start, routes, settings);
    const alice = await api.tokenOf(the.alice);
    const answer = await logOut(api, claims);
    expect([answer.status, await answer.json()]).toEqual([400, { error: "invalid_request" }]);
    expect((await api.ask("/me", alice)).status).toBe(200);
  });

  it.each([
    ["no form", "not a form"],
    ["two tokens", "logout_token=a&logout_token=b"],
    ["too much", `logout_token=${"a".repeat(100_000)}`],
  ])("takes no body with %s", async (_case, body) => {
    const { running } = await openOrdersApi(start, routes, settings);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch(`${running.url}/backchannel-logout`, { method: "POST", headers, body });
    expect(answer.status).toBe(400);
  });
}

/** The endpoints that Behalf answers itself. */
export function testOwnEndpoints(start: StartApi): void {
  describe("protected resource metadata", () => testMetadata(start));
  describe("back-channel logout", () => testLogout(start));
}
