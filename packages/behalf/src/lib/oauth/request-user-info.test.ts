import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { answerKeys } from "../../../../../test/support/answer-keys.ts";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { the } from "../../../../../test/support/the.ts";
import { answer, connectBy, createNetwork, someMetadata } from "../../../../../test/support/token-request.ts";
import { ActorToken } from "../values/actor-token.ts";
import { requestUserInfo, type UserInfo } from "./request-user-info.ts";
import { signJwt } from "./sign-jwt.ts";

const issuer = "https://as.example.com";
const userinfoEndpoint = new URL(`${issuer}/userinfo`);
const { key } = createTestKey.ES256();
const stranger = createTestKey.ES256().key;
const present = Date.parse("2026-01-01T00:00:00Z");
const claims = { sub: the.alice, email: "alice@example.com" };
const good = (): Response => answer(claims);

type Network = ReturnType<typeof createNetwork>;

function ask(network: Network, metadata = someMetadata(issuer, { userinfoEndpoint })): Promise<UserInfo> {
  const request = {
    token: new ActorToken(the.markerSecret),
    subject: the.alice,
    clientId: the.clientId,
    audience: [the.clientId, "web-shop"],
    identity: undefined,
    service: "inbound",
  };
  return requestUserInfo(request, {
    connection: connectBy(network.fetch),
    metadata,
    keys: answerKeys(() => [{ ...key.publicJwk, kid: "one" }]),
    now: () => present,
    signal: new AbortController().signal,
  });
}

async function sign(changes: Readonly<Record<string, unknown>> = {}, by = key): Promise<Response> {
  const usual = { iss: issuer, aud: the.clientId, ...claims };
  const jwt = await signJwt(by, { header: { kid: "one" }, claims: { ...usual, ...changes } });
  return new Response(jwt, { headers: { "content-type": "application/jwt" } });
}

async function unsigned(): Promise<Response> {
  const [, payload = ""] = (await (await sign()).text()).split(".");
  const header = btoa(JSON.stringify({ alg: "none" })).replaceAll("=", "");
  return new Response(`${header}.${payload}.`, { headers: { "content-type": "application/jwt" } });
}

describe("a userinfo request", () => {
  it("shows the token in its header, and nowhere else", async () => {
    const network = createNetwork(good);
    await ask(network);
    const [{ url, request } = { url: "", request: undefined }] = network.asked;
    expect(url).toBe(userinfoEndpoint.href);
    expect(request).toMatchObject({ method: "GET", redirect: "manual", body: null });
    expect({ ...request?.headers }).toMatchObject({ authorization: `Bearer ${the.markerSecret}` });
  });

  it("is not sent where the metadata names no endpoint", async () => {
    const network = createNetwork(good);
    const failed = ask(network, someMetadata(issuer));
    await expect(failed).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
    expect(network.asked).toEqual([]);
  });

  it("is repeated once after the network broke", async () => {
    const network = createNetwork(() => Promise.reject(new TypeError("fetch failed")), good);
    expect(await ask(network)).toEqual(claims);
  });
});

describe("an answer about a user", () => {
  it("gives the claims, frozen", async () => {
    const info = await ask(createNetwork(good));
    expect(info).toEqual(claims);
    expect(Object.isFrozen(info)).toBe(true);
  });

  it.each([
    ["signed for this client", {}],
    ["signed for the client of the token", { aud: ["web-shop"] }],
    ["signed until in a minute, by the clock that is given", { exp: present / 1000 + 60 }],
    ["signed for nobody in particular", { iss: undefined, aud: undefined }],
  ])("gives the claims: %s", async (_case, changes) => {
    expect(await ask(createNetwork(() => sign(changes)))).toMatchObject(claims);
  });

  it.each<readonly [string, () => Response | Promise<Response>]>([
    ["about somebody else", () => answer({ ...claims, sub: the.bob })],
    ["about nobody", () => answer({ ...claims, sub: undefined })],
    ["about a number", () => answer({ ...claims, sub: 5 })],
    ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["a list", () => answer([claims])],
    ["nothing", () => new Response(null)],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example" } })],
    ["signed, about somebody else", () => sign({ sub: the.bob })],
    ["signed, about nobody", () => sign({ sub: undefined })],
    ["signed by another key", () => sign({}, stranger)],
    ["signed by nobody", unsigned],
    ["signed by another issuer", () => sign({ iss: "https://evil.example" })],
    ["signed for another client", () => sign({ aud: "billing-api" })],
    ["signed until a minute ago", () => sign({ exp: present / 1000 - 60 })],
  ])("cannot be used: %s", async (_case, given) => {
    const network = createNetwork(given);
    await expect(ask(network)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE", client: the.clientId });
    expect(network.asked).toHaveLength(1);
  });

  it("is a refusal of the token, by the word of the challenge", async () => {
    const headers = { "www-authenticate": 'Bearer error="invalid_token", error_description="it is over"' };
    await expect(ask(createNetwork(() => new Response(null, { status: 401, headers })))).rejects.toMatchObject({
      code: "BEHALF_TOKEN_REFUSED",
      error: "invalid_token",
      status: 401,
      grant: "userInfo",
    });
  });

  it("says when the server wants to be asked again", async () => {
    await expect(ask(createNetwork(() => answer({}, 503, { "retry-after": "9" })))).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREACHABLE",
      retryAfterMs: 9_000,
    });
  });
});

it.each([
  () => answer({ sub: the.markerSecret }),
  () => answer({ error: the.markerSecret }, 401),
  () => sign({ aud: the.markerSecret }),
  () => Promise.reject(new TypeError(the.markerSecret)),
])("no error tells of the token, nor of whose it is", async (given) => {
  const error: unknown = await ask(createNetwork(given)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(the.markerSecret);
});
