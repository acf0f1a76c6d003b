import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { answerKeys } from "../../../../../test/support/answer-keys.ts";
import { createTestKey } from "../../../../../test/support/signing-key.ts";
import { the } from "../../../../../test/support/the.ts";
import {
  answer,
  connectBy,
  createNetwork,
  someMetadata,
  someTokenRequest,
} from "../../../../../test/support/token-request.ts";
import { defaultAuthSettings } from "../config/default-auth-settings.ts";
import { ActorToken } from "../values/actor-token.ts";
import type { ServerMetadata } from "./discover.ts";
import { type Introspected, type IntrospectionRequest, requestIntrospection } from "./request-introspection.ts";
import { signJwt } from "./sign-jwt.ts";

const issuer = "https://as.example.com";
const introspectionEndpoint = new URL(`${issuer}/introspect`);
const mtlsIntrospectionEndpoint = new URL("https://mtls.as.example.com/introspect");
const { key } = createTestKey.ES256();
const stranger = createTestKey.ES256().key;
const { credentials } = someTokenRequest();
const present = Date.parse("2026-01-01T00:00:00Z");
const seconds = present / 1000;
const active = { active: true, sub: the.alice, scope: "orders", exp: seconds + 60, iat: seconds, nbf: seconds };
const good = (): Response => answer(active);

type Network = ReturnType<typeof createNetwork>;

function someRequest(changes: Partial<IntrospectionRequest> = {}): IntrospectionRequest {
  return {
    token: new ActorToken(the.markerSecret),
    clientId: the.clientId,
    authorization: credentials,
    dialect: defaultAuthSettings.dialect,
    signedAnswer: false,
    identity: undefined,
    certificateBound: false,
    service: "inbound",
    ...changes,
  };
}

function ask(
  network: Network,
  changes: Partial<IntrospectionRequest> = {},
  endpoints: Partial<ServerMetadata> = { introspectionEndpoint, mtlsIntrospectionEndpoint },
): Promise<Introspected> {
  return requestIntrospection(someRequest(changes), {
    connection: connectBy(network.fetch),
    metadata: someMetadata(issuer, endpoints),
    keys: answerKeys(() => [{ ...key.publicJwk, kid: "one" }]),
    now: () => present,
    signal: new AbortController().signal,
  });
}

interface Signing {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly by?: typeof key;
}

async function sign({ claims = {}, header = {}, by = key }: Signing = {}): Promise<Response> {
  const type = "token-introspection+jwt";
  const usual = { iss: issuer, aud: the.clientId, iat: seconds, token_introspection: active };
  const jwt = await signJwt(by, { header: { typ: type, kid: "one", ...header }, claims: { ...usual, ...claims } });
  return new Response(jwt, { headers: { "content-type": `application/${type}` } });
}

async function unsigned(): Promise<Response> {
  const [, payload = ""] = (await (await sign()).text()).split(".");
  const header = btoa(JSON.stringify({ alg: "none", typ: "token-introspection+jwt" })).replaceAll("=", "");
  return new Response(`${header}.${payload}.`, { headers: { "content-type": "application/token-introspection+jwt" } });
}

describe("an introspection request", () => {
  it("carries the token in its form, and the credentials where the method puts them", async () => {
    const network = createNetwork(good);
    await ask(network);
    const [{ url, request } = { url: "", request: undefined }] = network.asked;
    expect(url).toBe(introspectionEndpoint.href);
    expect(request).toMatchObject({ method: "POST", redirect: "manual" });
    expect(Object.fromEntries(new URLSearchParams(request?.body?.toString()))).toEqual({
      token: the.markerSecret,
      token_type_hint: "access_token",
    });
    expect({ ...request?.headers }).toMatchObject({
      accept: "application/json",
      authorization: `Basic ${btoa(`${the.clientId}:${the.clientSecret}`)}`,
    });
  });

  it("is authorized by an access token, and by nothing else, where one is given", async () => {
    const network = createNetwork(good);
    await ask(network, { authorization: new ActorToken("own-token") });
    const [{ request } = { request: undefined }] = network.asked;
    expect({ ...request?.headers }).toMatchObject({ authorization: "Bearer own-token" });
    expect([...new URLSearchParams(request?.body?.toString()).keys()].sort()).toEqual(["token", "token_type_hint"]);
  });

  it.each([
    [{ authorization: { clientId: the.clientId, authentication: "tls_client_auth" } }, mtlsIntrospectionEndpoint],
    [{ certificateBound: true }, mtlsIntrospectionEndpoint],
    [{}, introspectionEndpoint],
  ] as const)("goes to where certificates are asked for, if one is needed", async (changes, { href }) => {
    const network = createNetwork(good);
    await ask(network, changes);
    expect(network.asked.map(({ url }) => url)).toEqual([href]);
  });

  it("is not sent where the metadata names no endpoint", async () => {
    const network = createNetwork(good);
    await expect(ask(network, {}, {})).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
    expect(network.asked).toEqual([]);
  });

  it("is not sent without what its method needs", async () => {
    const network = createNetwork(good);
    const authorization = { clientId: the.clientId, authentication: "private_key_jwt" } as const;
    await expect(ask(network, { authorization })).rejects.toThrow(TypeError);
    expect(network.asked).toEqual([]);
  });
});

describe("an answer about a token", () => {
  it("gives the members of an active one, frozen", async () => {
    const members = await ask(createNetwork(good));
    expect(members).toEqual(active);
    expect(Object.isFrozen(members)).toBe(true);
  });

  it("gives nothing for an inactive one, whatever else it says", async () => {
    expect(await ask(createNetwork(() => answer({ ...active, active: false })))).toBeUndefined();
  });

  it.each([
    ["active as a text", { active: "true" }],
    ["active as a number", { active: 1 }],
    ["no active", { active: undefined }],
    ["a subject that is no text", { sub: 5 }],
    ["a subject that is null", { sub: null }],
    ["a list of scopes", { scope: ["orders"] }],
    ["exp as a text", { exp: String(seconds + 60) }],
    ["iat as a text", { iat: String(seconds) }],
    ["nbf as null", { nbf: null }],
  ])("cannot be used with %s", async (_case, changes) => {
    await expect(ask(createNetwork(() => answer({ ...active, ...changes })))).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREADABLE",
      status: 200,
    });
  });

  it.each([
    ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["half a document", () => new Response('{"active":tr', { headers: { "content-type": "application/json" } })],
    ["a list", () => answer([active])],
    ["nothing", () => new Response(null)],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example" } })],
    ["another success", () => answer(active, 201)],
  ])("cannot be used as %s", async (_case, given) => {
    const network = createNetwork(given);
    await expect(ask(network)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
    expect(network.asked).toHaveLength(1);
  });
});

describe("an answer that is JSON, and calls itself HTML", () => {
  const mislabelled = (): Response => answer(active, 200, { "content-type": "text/html" });

  it("is read all the same", async () => {
    expect(await ask(createNetwork(mislabelled))).toEqual(active);
  });

  it("cannot be used where the protocol is held to strictly", async () => {
    const dialect = { ...defaultAuthSettings.dialect, strictProtocol: true };
    await expect(ask(createNetwork(mislabelled), { dialect })).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREADABLE",
    });
  });
});

describe("a signed answer", () => {
  it("gives what it says of the token, asked for or not", async () => {
    const network = createNetwork(() => sign());
    expect([await ask(network), await ask(network, { signedAnswer: true })]).toEqual([active, active]);
    expect(network.asked.map(({ request }) => new Headers(request.headers).get("accept"))).toEqual([
      "application/json",
      "application/token-introspection+jwt",
    ]);
  });

  it("gives nothing for an inactive token", async () => {
    const inactive = { claims: { token_introspection: { active: false } } };
    expect(await ask(createNetwork(() => sign(inactive)))).toBeUndefined();
  });

  it("is taken from a server that names no key in it", async () => {
    expect(await ask(createNetwork(() => sign({ header: { kid: undefined } })))).toEqual(active);
  });

  it.each<readonly [string, () => Promise<Response>]>([
    ["by another key", () => sign({ by: stranger })],
    ["by a key that the server does not know", () => sign({ header: { kid: "two" } })],
    ["by nobody", unsigned],
    ["for another client", () => sign({ claims: { aud: "billing-api" } })],
    ["for nobody", () => sign({ claims: { aud: undefined } })],
    ["by another issuer", () => sign({ claims: { iss: "https://evil.example" } })],
    ["by no issuer", () => sign({ claims: { iss: undefined } })],
    ["at no time", () => sign({ claims: { iat: undefined } })],
    ["until a minute ago", () => sign({ claims: { exp: seconds - 60 } })],
    ["as another kind of JWT", () => sign({ header: { typ: "at+jwt" } })],
    ["with something critical", () => sign({ header: { crit: ["x"], x: 1 } })],
    ["about nothing", () => sign({ claims: { token_introspection: undefined } })],
    ["about a text", () => sign({ claims: { token_introspection: "active" } })],
    ["about a token that is active in words", () => sign({ claims: { token_introspection: { active: "true" } } })],
  ])("cannot be used: %s", async (_case, given) => {
    await expect(ask(createNetwork(given))).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("cannot be used if it is no JWT at all", async () => {
    const headers = { "content-type": "application/token-introspection+jwt" };
    const network = createNetwork(() => new Response(JSON.stringify(active), { headers }));
    await expect(ask(network)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("is not to be replaced by a plain one where it was asked for", async () => {
    await expect(ask(createNetwork(good), { signedAnswer: true })).rejects.toMatchObject({
      code: "BEHALF_TOKEN_UNREADABLE",
    });
  });
});

describe("a refusal of who asks", () => {
  it.each([
    ["invalid_client", () => answer({ error: "invalid_client" }, 401)],
    ["invalid_request", () => answer({ error: "invalid_request" }, 400)],
    [
      "invalid_token",
      () => new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } }),
    ],
    ["unrecognized", () => new Response(null, { status: 401 })],
  ])("is a refusal: %s", async (error, given) => {
    const network = createNetwork(given);
    await expect(ask(network)).rejects.toMatchObject({
      code: "BEHALF_TOKEN_REFUSED",
      error,
      client: the.clientId,
      service: "inbound",
      grant: "introspection",
    });
    expect(network.asked).toHaveLength(1);
  });
});

describe("a server that is away", () => {
  const away = (): Response => answer({ active: true }, 503, { "retry-after": "9" });
  const broken = (): never => {
    throw new TypeError("fetch failed");
  };

  it.each([
    ["a 5xx", away],
    ["a broken connection", broken],
  ])("is asked once more after %s", async (_case, first) => {
    const network = createNetwork(first, good);
    expect(await ask(network)).toEqual(active);
    expect(network.asked).toHaveLength(2);
  });

  it("is shown another assertion then", async () => {
    const network = createNetwork(away, good);
    await ask(network, {
      authorization: { clientId: the.clientId, authentication: "private_key_jwt", signingKey: key },
    });
    const assertions = network.asked.map(({ request }) =>
      new URLSearchParams(request.body?.toString()).get("client_assertion"),
    );
    expect(new Set(assertions).size).toBe(2);
  });

  it.each([
    [away, { code: "BEHALF_TOKEN_UNREACHABLE", status: 503, retryAfterMs: 9_000 }],
    [() => answer({}, 429, { "retry-after": "3" }), { status: 429, retryAfterMs: 3_000 }],
    [broken, { code: "BEHALF_TOKEN_UNREACHABLE", status: undefined }],
    [() => Promise.reject(new DOMException("slow", "TimeoutError")), { code: "BEHALF_TOKEN_TIMEOUT" }],
    [() => Promise.reject(new RangeError("large")), { code: "BEHALF_TOKEN_UNREADABLE" }],
  ])("is unreachable", async (given, expected) => {
    const network = createNetwork(given);
    await expect(ask(network)).rejects.toMatchObject({ ...expected, url: introspectionEndpoint.href });
  });

  it.each([
    [away, 2],
    [broken, 2],
    [() => answer({}, 429), 1],
    [() => Promise.reject(new DOMException("slow", "TimeoutError")), 1],
    [() => Promise.reject(new RangeError("large")), 1],
  ])("is asked as often as it makes sense", async (given, times) => {
    const network = createNetwork(given);
    await expect(ask(network)).rejects.toThrow();
    expect(network.asked).toHaveLength(times);
  });
});

it.each([
  () => answer({ error: the.markerSecret, error_description: the.markerSecret }, 400),
  () => answer({ active: the.markerSecret, sub: the.markerSecret }),
  () => sign({ claims: { aud: the.markerSecret } }),
  () => new Response(the.markerSecret, { headers: { "content-type": "text/html" } }),
  () => Promise.reject(new TypeError(the.markerSecret)),
])("no error tells of the token, nor of what was said about it", async (given) => {
  const error: unknown = await ask(createNetwork(given)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(the.markerSecret);
});
