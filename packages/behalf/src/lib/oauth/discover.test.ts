import { describe, expect, it } from "vitest";
import { some } from "../../../../../test/support/some.ts";
import { answer, connectBy, createNetwork } from "../../../../../test/support/token-request.ts";
import { createConnectionIdentity } from "../values/connection-identity.ts";
import { discover, type ServerMetadata } from "./discover.ts";
import type { ServerConnection } from "./server-connection.ts";

const issuer = "https://as.example.com";
const { signal } = new AbortController();
const missing = (): Response => answer({}, 404);

const discoverBy = (
  network: ReturnType<typeof createNetwork>,
  authority = issuer,
  changes: Partial<ServerConnection> = {},
): Promise<ServerMetadata> =>
  discover({ ...connectBy(network.fetch, authority), ...changes }, "orders-api", { now: Date.now, signal });

const discoverDocument = (changes: Readonly<Record<string, unknown>>, authority = issuer): Promise<ServerMetadata> =>
  discoverBy(
    createNetwork(() => answer(some.metadata(authority, changes))),
    authority,
  );

const unreadable = expect.objectContaining({
  code: "BEHALF_TOKEN_UNREADABLE",
  client: "orders-api",
  url: `${issuer}/`,
});

describe("discover", () => {
  it("reads the OpenID Connect document", async () => {
    const network = createNetwork(() => answer(some.metadata(issuer)));
    expect(await discoverBy(network)).toEqual({
      issuer,
      tokenEndpoint: new URL(`${issuer}/token`),
      mtlsTokenEndpoint: undefined,
      introspectionEndpoint: undefined,
      mtlsIntrospectionEndpoint: undefined,
      userinfoEndpoint: undefined,
      jwksUri: new URL(`${issuer}/jwks`),
    });
    expect(network.asked.map(({ url }) => url)).toEqual([`${issuer}/.well-known/openid-configuration`]);
  });

  it.each([400, 401, 403, 404, 405])("asks by RFC 8414 where the first place answers %i", async (status) => {
    const network = createNetwork(
      () => answer({}, status),
      () => answer(some.metadata(issuer)),
    );
    await discoverBy(network);
    expect(network.asked.map(({ url }) => url)).toEqual([
      `${issuer}/.well-known/openid-configuration`,
      `${issuer}/.well-known/oauth-authorization-server`,
    ]);
  });

  it("puts the well-known part where each standard wants it for an issuer with a path", async () => {
    const authority = `${issuer}/tenant1`;
    const network = createNetwork(missing, () => answer(some.metadata(authority)));
    await discoverBy(network, authority);
    expect(network.asked.map(({ url }) => url)).toEqual([
      `${authority}/.well-known/openid-configuration`,
      `${issuer}/.well-known/oauth-authorization-server/tenant1`,
    ]);
  });

  it.each([
    ["jwks_uri", "jwksUri"],
    ["token_endpoint", "tokenEndpoint"],
  ] as const)("does without %s", async (member, name) => {
    expect((await discoverDocument({ [member]: undefined }))[name]).toBeUndefined();
  });

  it("reads where tokens are asked about", async () => {
    const metadata = await discoverDocument({
      introspection_endpoint: `${issuer}/introspect`,
      mtls_endpoint_aliases: { introspection_endpoint: "https://mtls.as.example.com/introspect" },
      userinfo_endpoint: `${issuer}/userinfo`,
    });
    expect(metadata).toMatchObject({
      introspectionEndpoint: new URL(`${issuer}/introspect`),
      mtlsIntrospectionEndpoint: new URL("https://mtls.as.example.com/introspect"),
      userinfoEndpoint: new URL(`${issuer}/userinfo`),
    });
  });

  it.each([
    ["another issuer", { issuer: "https://evil.example.com" }],
    ["an issuer with another path", { issuer: `${issuer}/tenant2` }],
    ["an issuer that is no URL", { issuer: "as.example.com" }],
    ["no issuer", { issuer: undefined }],
    ["a token endpoint that is no URL", { token_endpoint: "/token" }],
    ["a token endpoint that is no text", { token_endpoint: 5 }],
    ["a token endpoint without protection", { token_endpoint: "http://as.example.com/token" }],
    ["a token endpoint on this very machine", { token_endpoint: "http://127.0.0.1:8080/token" }],
    [
      "an endpoint for certificates without protection",
      { mtls_endpoint_aliases: { token_endpoint: "http://mtls.as" } },
    ],
    ["an introspection endpoint without protection", { introspection_endpoint: "http://as.example.com/introspect" }],
    ["an introspection endpoint that is no URL", { introspection_endpoint: "/introspect" }],
    [
      "an introspection endpoint for certificates without protection",
      { mtls_endpoint_aliases: { introspection_endpoint: "http://mtls.as" } },
    ],
    ["a userinfo endpoint without protection", { userinfo_endpoint: "http://as.example.com/userinfo" }],
    ["a userinfo endpoint that is no text", { userinfo_endpoint: {} }],
    ["signing keys without protection", { jwks_uri: "http://as.example.com/jwks" }],
  ])("refuses %s", async (_, changes) => {
    await expect(discoverDocument(changes)).rejects.toEqual(unreadable);
  });

  it("reads where tokens are asked for with a certificate", async () => {
    const mtls_endpoint_aliases = { token_endpoint: "https://mtls.as.example.com/token" };
    const metadata = await discoverDocument({ mtls_endpoint_aliases });
    expect(metadata.mtlsTokenEndpoint?.href).toBe(mtls_endpoint_aliases.token_endpoint);
  });

  it.each([null, "text", {}])("does without it for %j", async (mtls_endpoint_aliases) => {
    expect((await discoverDocument({ mtls_endpoint_aliases })).mtlsTokenEndpoint).toBeUndefined();
  });

  it("goes out as who the connection says", async () => {
    const identity = createConnectionIdentity({ slot: "a" });
    const network = createNetwork(missing, () => answer(some.metadata(issuer)));
    await discoverBy(network, issuer, { identity });
    expect(network.asked.map(({ request }) => request.identity)).toEqual([identity, identity]);
  });

  it("takes an unprotected endpoint of an unprotected issuer on this machine", async () => {
    const local = "http://127.0.0.1:8080";
    expect((await discoverDocument({}, local)).tokenEndpoint?.href).toBe(`${local}/token`);
  });

  it.each([
    ["two 404s", missing, 404],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }), 302],
  ])("fails after %s", async (_, given, status) => {
    const failed = discoverBy(createNetwork(given));
    await expect(failed).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE", status });
  });

  it.each([
    ["HTML", () => new Response("<html>", { headers: { "content-type": "text/html" } })],
    ["half a document", () => new Response('{"issuer":', { headers: { "content-type": "application/json" } })],
    ["a list", () => answer([])],
    ["nothing", () => new Response(null, { status: 200 })],
  ])("cannot use %s", async (_, given) => {
    await expect(discoverBy(createNetwork(given))).rejects.toEqual(unreadable);
  });

  it.each([
    [503, () => answer({}, 503), 2],
    [429, () => answer({}, 429), 1],
  ])("is unreachable after %i", async (status, given, requests) => {
    const network = createNetwork(given);
    await expect(discoverBy(network)).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREACHABLE", status });
    expect(network.asked).toHaveLength(requests);
  });

  it("tells how long the server wants to be left alone", async () => {
    const network = createNetwork(() => answer({}, 429, { "retry-after": "9" }));
    await expect(discoverBy(network)).rejects.toMatchObject({ retryAfterMs: 9_000 });
  });
});

describe("an issuer template", () => {
  const issuerTemplate = "https://login.example.com/{tenantid}/v2.0";
  const authority = "https://login.example.com/common/v2.0";
  const discoverIssuer = (named: unknown, changes: Partial<ServerConnection>): Promise<ServerMetadata> => {
    const network = createNetwork(() => answer(some.metadata(authority, { issuer: named })));
    return discoverBy(network, authority, changes);
  };

  it.each([issuerTemplate, authority])("lets the metadata name %s", async (named) => {
    expect((await discoverIssuer(named, { issuerTemplate })).issuer).toBe(named);
  });

  it.each([
    "https://login.example.com/tenant1/v2.0",
    "https://login.example.com/{tenantid}/v2.0/",
    "https://evil.example/{tenantid}/v2.0",
    undefined,
  ])("loosens nothing else: %s", async (named) => {
    await expect(discoverIssuer(named, { issuerTemplate })).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });

  it("means nothing where none is set", async () => {
    await expect(discoverIssuer(issuerTemplate, {})).rejects.toMatchObject({ code: "BEHALF_TOKEN_UNREADABLE" });
  });
});
