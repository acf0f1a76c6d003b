import { decodeJwt, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { some } from "../../../../../test/support/some.ts";
import {
  answer,
  connectBy,
  createNetwork,
  someExchange,
  someMetadata,
  someTokenRequest,
} from "../../../../../test/support/token-request.ts";
import { createConnectionIdentity } from "../values/connection-identity.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { createDpopProver } from "./dpop.ts";
import { requestToken } from "./request-token.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";

const issuer = "https://as.example.com";
const mtlsTokenEndpoint = new URL("https://mtls.as.example.com/token");
const { key } = createTestKey.ES256();
const clientId = "orders-api";
const byKey = { clientId, signingKey: key, authentication: "private_key_jwt" } as const;
const good = (): Response => answer(some.tokenResponse());
const away = (): Response => answer({}, 503);
const broken = (): never => {
  throw new TypeError("fetch failed");
};

type Network = ReturnType<typeof createNetwork>;

function ask(network: Network, request: TokenRequest, signal = new AbortController().signal): Promise<IssuedToken> {
  const metadata = someMetadata(issuer, { mtlsTokenEndpoint });
  return requestToken(request, { connection: connectBy(network.fetch), metadata, now: Date.now, signal });
}

const listForms = ({ asked }: Network): readonly URLSearchParams[] =>
  asked.map(({ request }) => new URLSearchParams(request.body?.toString()));
const listProofs = ({ asked }: Network): readonly (string | null)[] =>
  asked.map(({ request }) => new Headers(request.headers).get("dpop"));

describe("a token request", () => {
  it("is a POST of a form that asks for JSON and follows no redirect", async () => {
    const network = createNetwork(good);
    await ask(network, someTokenRequest());
    const [{ url, request } = { url: "", request: undefined }] = network.asked;
    expect(url).toBe(`${issuer}/token`);
    expect(request).toMatchObject({ method: "POST", redirect: "manual" });
    expect({ ...request?.headers }).toMatchObject({
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
      "user-agent": "behalf",
    });
  });

  it.each([
    ["clientCredentials", "client_credentials"],
    ["tokenExchange", "urn:ietf:params:oauth:grant-type:token-exchange"],
    ["onBehalfOf", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    ["jwtBearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    ["refreshToken", "refresh_token"],
  ] as const)("names its grant: %s", async (grantType, name) => {
    const network = createNetwork(() => answer(some.exchangeResponse()));
    await ask(network, someExchange({ grantType }));
    expect(listForms(network).map((form) => form.getAll("grant_type"))).toEqual([[name]]);
  });

  it("names no client where its assertion does", async () => {
    const network = createNetwork(good);
    const credentials = {
      clientId: "",
      clientAssertion: new Secret("a.b.c"),
      authentication: "workload_identity",
    } as const;
    await ask(network, someTokenRequest({ credentials }));
    expect(listForms(network).map((form) => form.has("client_id"))).toEqual([false]);
  });

  it("goes out as who the request says, else as who the connection says", async () => {
    const [own, other] = ["own", "other"].map((slot) => createConnectionIdentity({ slot }));
    const network = createNetwork(good);
    const connection = { ...connectBy(network.fetch), identity: other };
    const around = { connection, metadata: someMetadata(issuer), now: Date.now, signal: new AbortController().signal };
    await requestToken(someTokenRequest({ identity: own }), around);
    await requestToken(someTokenRequest(), around);
    expect(network.asked.map(({ request }) => request.identity)).toEqual([own, other]);
  });

  it.each([
    [{ credentials: { clientId, authentication: "tls_client_auth" } }, mtlsTokenEndpoint.href],
    [{ credentials: { clientId, authentication: "self_signed_tls_client_auth" } }, mtlsTokenEndpoint.href],
    [{ credentials: byKey, certificateBound: true }, mtlsTokenEndpoint.href],
    [{ credentials: byKey }, `${issuer}/token`],
  ] as const)("goes to where certificates are asked for, if one is needed", async (changes, url) => {
    const network = createNetwork(good);
    await ask(network, someTokenRequest(changes));
    expect(network.asked.map((asked) => asked.url)).toEqual([url]);
  });

  it("is not sent where the metadata names no endpoint", async () => {
    const network = createNetwork(good);
    const metadata = someMetadata(issuer, { tokenEndpoint: undefined });
    const around = {
      connection: connectBy(network.fetch),
      metadata,
      now: Date.now,
      signal: AbortSignal.timeout(5_000),
    };
    await expect(requestToken(someTokenRequest(), around)).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREADABLE",
      client: clientId,
      url: `${issuer}/`,
    });
    expect(network.asked).toEqual([]);
  });
});

describe("an answer", () => {
  it.each([
    ["that is no JSON", () => new Response("<html>"), 200],
    ["without a token", () => answer({ token_type: "Bearer" }), 200],
    ["that redirects", () => new Response(null, { status: 302 }), 302],
  ])("%s cannot be used", async (_, given, status) => {
    await expect(ask(createNetwork(given), someTokenRequest())).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREADABLE",
      status,
      url: `${issuer}/token`,
      client: clientId,
    });
  });
});

describe("an attempt", () => {
  const bound = (): TokenRequest =>
    someTokenRequest({ credentials: byKey, dpop: createDpopProver({ key, now: Date.now }) });
  const boundAnswer = (): Response => answer(some.tokenResponse({ token_type: "DPoP" }));

  it.each([
    ["a network error", broken],
    ["a 5xx", away],
    ["a request for a nonce", () => answer({ error: "use_dpop_nonce" }, 400, { "dpop-nonce": "n1" })],
  ])("after %s has an assertion and a proof of its own", async (_, first) => {
    const network = createNetwork(first, boundAnswer);
    await ask(network, bound());
    const assertions = listForms(network).map((form) => decodeJwt(form.get("client_assertion") ?? "").jti);
    const proofs = listProofs(network).map((proof) => decodeJwt(proof ?? "").jti);
    expect([new Set(assertions).size, new Set(proofs).size]).toEqual([2, 2]);
  });

  it("is made twice at most", async () => {
    const network = createNetwork(away);
    await expect(ask(network, someTokenRequest())).rejects.toMatchObject({ status: 503 });
    expect(network.asked).toHaveLength(2);
  });

  it("is made anew when the body of the answer breaks off", async () => {
    const torn = (): Response =>
      new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError("terminated")) }));
    const network = createNetwork(torn, good);
    await ask(network, someTokenRequest());
    expect(network.asked).toHaveLength(2);
  });

  it("is not made anew after a refusal", async () => {
    const network = createNetwork(() => answer({ error: "invalid_grant" }, 400));
    await expect(ask(network, someTokenRequest())).rejects.toMatchObject({ error: "invalid_grant" });
    expect(network.asked).toHaveLength(1);
  });

  it("ends with the reason of an abort, before it and while waiting for the next", async () => {
    const reason = new Error("gone");
    const network = createNetwork(broken);
    const controller = new AbortController();
    const waiting = ask(network, someTokenRequest(), controller.signal);
    setTimeout(() => controller.abort(reason), 10);
    await expect(waiting).rejects.toBe(reason);
    await expect(ask(network, someTokenRequest(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(network.asked).toHaveLength(1);
  });
});

describe("a signature", () => {
  const signBy = (sign: () => Promise<Uint8Array>): TokenRequest =>
    someTokenRequest({ credentials: { ...byKey, signingKey: { ...key, sign } } });

  it("that fails is no fault of the authorization server", async () => {
    const failure = new TypeError("The key management service is away.");
    const network = createNetwork(good);
    await expect(
      ask(
        network,
        signBy(() => Promise.reject(failure)),
      ),
    ).rejects.toBe(failure);
    expect(network.asked).toEqual([]);
  });

  it("that is missing its key is no fault of the authorization server", async () => {
    const network = createNetwork(good);
    const missing = ask(network, someTokenRequest({ credentials: { clientId, authentication: "private_key_jwt" } }));
    await expect(missing).rejects.toThrow(/needs a private key/);
    expect(network.asked).toEqual([]);
  });

  it("of a proof that fails is no fault of the authorization server", async () => {
    const failure = new TypeError("The key management service is away.");
    const sign = (): Promise<never> => Promise.reject(failure);
    const network = createNetwork(good);
    const dpop = createDpopProver({ key: { ...key, sign }, now: Date.now });
    await expect(ask(network, someTokenRequest({ dpop }))).rejects.toBe(failure);
    expect(network.asked).toEqual([]);
  });

  it("that never comes ends with the deadline", async () => {
    const network = createNetwork(good);
    const never = signBy(() => new Promise(() => {}));
    await expect(ask(network, never, AbortSignal.timeout(20))).rejects.toMatchObject({ code: "BEHALF_TOKEN_TIMEOUT" });
    expect(network.asked).toEqual([]);
  });
});

describe("a nonce", () => {
  const nonces = ({ asked }: Network): readonly unknown[] =>
    asked.map(({ request }) => decodeJwt(new Headers(request.headers).get("dpop") ?? "").nonce);
  const wanted =
    (nonce?: string, status = 400) =>
    (): Response =>
      answer({ error: "use_dpop_nonce" }, status, nonce === undefined ? {} : { "dpop-nonce": nonce });
  const given = (nonce: string) => (): Response =>
    answer(some.tokenResponse({ token_type: "DPoP" }), 200, { "dpop-nonce": nonce });
  const bind = (): TokenRequest => someTokenRequest({ dpop: createDpopProver({ key, now: Date.now }) });
  const refused = { code: "BEHALF_TOKEN_REFUSED", error: "use_dpop_nonce" };

  it.each([400, 401])("that a %i asks for is used at once, and kept", async (status) => {
    const network = createNetwork(wanted("n1", status), given("n2"));
    const request = bind();
    expect((await ask(network, request)).tokenType).toBe("DPoP");
    await ask(network, request);
    expect(nonces(network)).toEqual([undefined, "n1", "n2"]);
  });

  it("that is asked for in the place of the one that was sent is used", async () => {
    const network = createNetwork(given("old"), wanted("new"), given("new"));
    const request = bind();
    await ask(network, request);
    await ask(network, request);
    expect(nonces(network)).toEqual([undefined, "old", "new"]);
  });

  it("that was sent and is asked for again ends in the refusal", async () => {
    const network = createNetwork(wanted("n1"));
    const request = bind();
    await expect(ask(network, request)).rejects.toMatchObject(refused);
    await expect(ask(network, request)).rejects.toMatchObject(refused);
    expect(nonces(network)).toEqual([undefined, "n1", "n1"]);
  });

  // https://github.com/opentdf/java-sdk/pull/374
  it("that comes with a retry that failed is kept", async () => {
    const network = createNetwork(wanted("n1"), wanted("n2"), given("n3"));
    const request = bind();
    await expect(ask(network, request)).rejects.toMatchObject(refused);
    await ask(network, request);
    expect(nonces(network)).toEqual([undefined, "n1", "n2"]);
  });

  it.each([undefined, "", " "])("that is asked for and not given ends in the refusal: %j", async (nonce) => {
    const network = createNetwork(wanted(nonce));
    await expect(ask(network, bind())).rejects.toMatchObject(refused);
    expect(network.asked).toHaveLength(1);
  });

  it("that is asked for without a proof of ours ends in the refusal", async () => {
    const network = createNetwork(wanted("n1"));
    await expect(ask(network, someTokenRequest())).rejects.toMatchObject(refused);
    expect(listProofs(network)).toEqual([null]);
  });
});

describe("the guard", () => {
  const audience = MultiStringValue.from("inventory");
  const elsewhere = (): Response =>
    answer(some.exchangeResponse({ access_token: `${new UnsecuredJWT({ aud: "shipping" }).encode()}c2ln` }));

  it.each([
    ["warn", ["audience"]],
    ["off", []],
  ] as const)("set to %s lets a token for somebody else pass", async (audienceGuard, deviations) => {
    const issued = await ask(createNetwork(elsewhere), someExchange({ audience, audienceGuard }));
    expect(issued.deviations).toEqual(deviations);
  });

  it("set to fail drops it", async () => {
    const asked = ask(createNetwork(elsewhere), someExchange({ audience, audienceGuard: "fail" }));
    await expect(asked).rejects.toMatchObject({
      code: "BEHALF_TOKEN_DEVIATES",
      deviations: ["audience"],
      url: `${issuer}/token`,
      client: clientId,
      status: 200,
    });
  });
});
