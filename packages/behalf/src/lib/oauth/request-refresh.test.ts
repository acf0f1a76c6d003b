import { describe, expect, it } from "vitest";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { some } from "../../../../../test/support/some.ts";
import {
  answer,
  connectBy,
  createNetwork,
  someMetadata,
  someTokenRequest,
} from "../../../../../test/support/token-request.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { ActorToken } from "../values/actor-token.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import { createDpopProver } from "./dpop.ts";
import { requestToken } from "./request-token.ts";
import type { ServerFetch } from "./server-connection.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";
import { tokenTypes } from "./token-types.ts";

const subject = { token: new ActorToken("a-refresh-token"), tokenType: tokenTypes.refreshToken };
const someRefresh = (changes: Partial<TokenRequest> = {}): TokenRequest =>
  someTokenRequest({ grantType: "refreshToken", subject, ...changes });

function refresh(
  fetch: ServerFetch,
  request = someRefresh(),
  signal = new AbortController().signal,
): Promise<IssuedToken> {
  const metadata = someMetadata("https://as.example.com");
  return requestToken(request, { connection: connectBy(fetch), metadata, now: Date.now, signal });
}

const good = (): Response => answer(some.tokenResponse({ refresh_token: "another" }));
const fail = (error: Error, sent?: boolean) => (): never => {
  throw sent === undefined ? error : Object.assign(error, { sent });
};
const broken = (sent?: boolean): (() => never) => fail(new TypeError("fetch failed"), sent);
const late = (sent?: boolean): (() => never) => fail(new DOMException("late", "TimeoutError"), sent);
const lost = { code: "BEHALF_REFRESH_TOKEN_LOST", client: "orders-api", url: "https://as.example.com/token" };

describe("a refresh", () => {
  it("gives the next refresh token", async () => {
    const issued = await refresh(createNetwork(good).fetch);
    expect(issued.refreshToken?.value()).toBe("another");
  });

  it("is sent again when it is certain that nothing left", async () => {
    const network = createNetwork(broken(false), good);
    await refresh(network.fetch);
    expect(network.asked).toHaveLength(2);
  });

  it.each([
    ["may have left", broken()],
    ["left", broken(true)],
    ["timed out", late()],
    ["timed out after it left", late(true)],
    ["was answered by too much", fail(new RangeError("too large"))],
  ])("that %s is not sent again: its token may be spent", async (_, given) => {
    const network = createNetwork(given);
    await expect(refresh(network.fetch)).rejects.toMatchObject(lost);
    expect(network.asked).toHaveLength(1);
  });

  it("that is lost the second time may be spent, too", async () => {
    const network = createNetwork(broken(false), broken(true));
    await expect(refresh(network.fetch)).rejects.toMatchObject(lost);
    expect(network.asked).toHaveLength(2);
  });

  it.each([
    ["is no JSON", () => new Response("<html>")],
    ["has no token", () => answer({})],
    ["has a life that is none", () => answer(some.tokenResponse({ expires_in: "soon" }))],
    ["has a token of an unknown type", () => answer(some.tokenResponse({ token_type: "mac" }))],
    ["has a successor that cannot be held", () => answer(some.tokenResponse({ refresh_token: "a\tb" }))],
    ["is another success", () => answer(some.tokenResponse(), 201)],
    ["is an empty success", () => new Response(null, { status: 204 })],
  ])("whose answer %s is lost, unless its token may be used again", async (_, given) => {
    const network = createNetwork(given);
    await expect(refresh(network.fetch)).rejects.toMatchObject({ ...lost, status: given().status });
    expect(network.asked).toHaveLength(1);
    const reusing = refresh(createNetwork(given).fetch, someRefresh({ refreshReuse: true }));
    await expect(reusing).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("whose answer deviates where the protocol is held to is lost", async () => {
    const dialect = { ...defaultAuthSettings.dialect, strictProtocol: true };
    const network = createNetwork(() => answer(some.tokenResponse({ expires_in: "300" })));
    await expect(refresh(network.fetch, someRefresh({ dialect }))).rejects.toMatchObject(lost);
  });

  it("that is sent elsewhere was not answered by the server", async () => {
    const away = refresh(createNetwork(() => answer({}, 302)).fetch);
    await expect(away).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE", status: 302 });
  });

  it("sends a token that holds spaces", async () => {
    const network = createNetwork(good);
    await refresh(
      network.fetch,
      someRefresh({ subject: { token: new RefreshToken("a b+c&d"), tokenType: tokenTypes.refreshToken } }),
    );
    const form = new URLSearchParams(network.asked[0]?.request.body?.toString());
    expect(form.get("refresh_token")).toBe("a b+c&d");
  });

  it.each([
    ["BEHALF_TOKEN_UNREACHABLE", broken(false)],
    ["BEHALF_TOKEN_TIMEOUT", late(false)],
  ])("that never left fails as any other: %s", async (code, given) => {
    await expect(refresh(createNetwork(given).fetch)).rejects.toMatchObject({ code });
  });

  it.each([500, 503, 429])("is not sent again after %i, which is an answer", async (status) => {
    const network = createNetwork(() => answer({}, status));
    await expect(refresh(network.fetch)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status });
    expect(network.asked).toHaveLength(1);
  });

  it.each([
    ["a network error", broken(true)],
    ["a 5xx", () => answer({}, 503)],
  ])("is sent again after %s where the token may be used again", async (_, given) => {
    const network = createNetwork(given, good);
    await refresh(network.fetch, someRefresh({ refreshReuse: true }));
    expect(network.asked).toHaveLength(2);
  });

  it("fails as any other where the token may be used again", async () => {
    const failed = refresh(createNetwork(broken(true)).fetch, someRefresh({ refreshReuse: true }));
    await expect(failed).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE" });
  });

  it("is sent again with the nonce that the server wants, for it was turned away unspent", async () => {
    const dpop = createDpopProver({ key: createTestKey.ES256().key, now: Date.now });
    const network = createNetwork(
      () => answer({ error: "use_dpop_nonce" }, 400, { "dpop-nonce": "n1" }),
      () => answer(some.tokenResponse({ token_type: "DPoP" })),
    );
    await refresh(network.fetch, someRefresh({ dpop }));
    expect(network.asked).toHaveLength(2);
  });

  it("passes the reason of an abort through", async () => {
    const reason = new Error("the caller hung up");
    await expect(refresh(createNetwork(fail(reason)).fetch)).rejects.toBe(reason);
  });

  it("names no token in its errors", async () => {
    const error = await refresh(createNetwork(broken()).fetch).catch((thrown: unknown) => thrown);
    expect(`${error} ${JSON.stringify(error)}`).not.toContain(subject.token.value());
  });
});
