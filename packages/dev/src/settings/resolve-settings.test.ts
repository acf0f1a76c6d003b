import { describe, expect, it } from "vitest";
import { createSelfSigned } from "../../../../test/support/certificates.ts";
import type { AuthorizationServerOptions } from "./options.ts";
import { resolveSettings } from "./resolve-settings.ts";
import type { TlsOptions } from "./tls-options.ts";

const person = { id: "a", name: "A", email: "a@example.test" };

describe("resolveSettings", () => {
  it("has alice and bob, three resources and two clients by default", () => {
    const { people, resources, clients } = resolveSettings({});
    expect(people.map(({ id }) => id)).toEqual(["alice", "bob"]);
    expect(resources.map(({ name }) => name)).toEqual(["orders-api", "inventory", "pricing"]);
    expect(clients.map(({ id }) => id)).toEqual(["orders-api", "orders-app"]);
  });

  it("derives the authentication of a client from its credential", () => {
    const { clients } = resolveSettings({
      clients: [
        { id: "a", secret: "a" },
        { id: "b", secret: "b", authentication: "client_secret_jwt" },
        { id: "c", jwks: { keys: [{ kty: "EC" }] } },
        { id: "d", redirectUris: ["http://127.0.0.1/callback"] },
      ],
    });
    expect(clients.map(({ authentication }) => authentication)).toEqual([
      "client_secret_basic",
      "client_secret_jwt",
      "private_key_jwt",
      "none",
    ]);
    expect(clients.map(({ grants }) => grants.length)).toEqual([5, 5, 5, 0]);
  });

  it("needs the key of the server's certificate, and an authority for the clients'", async () => {
    const { certificate, privateKey } = await createSelfSigned("CN=a");
    const { privateKey: another } = await createSelfSigned("CN=a");
    const start = (tls: TlsOptions) =>
      resolveSettings({ tls, clients: [{ id: "a", tlsClientAuth: { subjectDn: "CN=a" } }] });
    expect(() => start({ certificate, privateKey: another })).toThrow('"tls.privateKey" must be ');
    expect(() => start({ certificate, privateKey })).toThrow('"tls.clientCa" must be ');
    expect(() => start({ certificate, privateKey, clientCa: "x" })).toThrow('"tls.clientCa" must be ');
    expect(start({ certificate, privateKey, clientCa: certificate }).clients[0]?.authentication).toBe(
      "tls_client_auth",
    );
  });

  it("leaves what the caller gave untouched", () => {
    const options = Object.freeze({ people: Object.freeze([Object.freeze({ ...person })]) });
    expect(resolveSettings(options).people).toEqual([person]);
  });

  it.each<[string, AuthorizationServerOptions]>([
    ["resources[0].tokenFormat", { resources: [{ name: "a", scopes: [], tokenFormat: "JWT" as "jwt" }] }],
    ["resources[0].accessTokenLifetimeMs", { resources: [{ name: "a", scopes: [], accessTokenLifetimeMs: 1500 }] }],
    ["resources[0].tellsPerson", { resources: [{ name: "a", scopes: [], tellsPerson: 1 as unknown as boolean }] }],
    ["resources[0].format", { resources: [Object.assign({ name: "a", scopes: [] }, { format: "jwt" })] }],
    ["people", { people: [] }],
    ["people", { people: [person, person] }],
    ["people[0].name", { people: [{ ...person, name: "" }] }],
    ["resources[0].uri", { resources: [{ name: "a", scopes: [], uri: "/a" }] }],
    ["resources[0].scopes", { resources: [{ name: "a", scopes: ["a b"] }] }],
    ["resources[0].defaultScopes", { resources: [{ name: "a", scopes: ["a"], defaultScopes: ["b"] }] }],
    ["clients[0]", { clients: [{ id: "a", redirectUris: [] }] }],
    ["clients[0].secret", { clients: [{ id: "a", secret: "ä" }] }],
    ["clients[0].audiences", { clients: [{ id: "a", secret: "a", audiences: ["payroll"] }] }],
    ["clients[0].scopes", { clients: [{ id: "a", secret: "a", scopes: ["payroll:read"] }] }],
    [
      "clients",
      {
        clients: [
          { id: "a", secret: "a" },
          { id: "a", secret: "b" },
        ],
      },
    ],
    ["clients[0].scope", { clients: [JSON.parse('{ "id": "a", "secret": "a", "scope": "x" }')] }],
    ["clients[0]", { clients: [JSON.parse('{ "id": "a", "secret": "a", "jwks": { "keys": [] } }')] }],
    ["clients[0].authentication", { clients: [JSON.parse('{ "id": "a", "secret": "a", "authentication": "none" }')] }],
    ["clients[0].authentication", { clients: [JSON.parse('{ "id": "a", "authentication": "private_key_jwt" }')] }],
    ["clients[0].jwks", { clients: [{ id: "a", jwks: { keys: [] } }] }],
    ["clients[0].jwks", { clients: [{ id: "a", jwks: { keys: [{ kty: "EC", d: "private" }] } }] }],
    ["clients[0].tlsClientAuth", { clients: [{ id: "a", tlsClientAuth: { subjectDn: "" } }] }],
    ["clients[0].certificates", { clients: [{ id: "a", certificates: ["no PEM"] }] }],
    ["clients[0].grants", { clients: [{ id: "a", redirectUris: [], grants: ["clientCredentials"] }] }],
    [
      "clients[0]",
      {
        clients: [{ id: "a", secret: "a", dpopBoundAccessTokens: true, tlsClientCertificateBoundAccessTokens: true }],
      },
    ],
    ["tls", { clients: [{ id: "a", tlsClientAuth: { subjectDn: "CN=a" } }] }],
    ["tls", { clients: [{ id: "a", secret: "a", tlsClientCertificateBoundAccessTokens: true }] }],
    ["tls.certificate", { tls: { certificate: "no PEM", privateKey: "" } }],
    ["tls.ca", { tls: JSON.parse('{ "ca": "x" }') }],
    ["dpop.nonce", { dpop: JSON.parse('{ "nonce": true }') }],
    ["dpop.requireNonce", { dpop: JSON.parse('{ "requireNonce": 1 }') }],
    ["rotateRefreshTokens", JSON.parse('{ "rotateRefreshTokens": "no" }')],
    ["refreshTokenLifetimeMs", { refreshTokenLifetimeMs: 0 }],
    ["accessTokenLifetimeMs", { accessTokenLifetimeMs: 1500 }],
    ["host", { host: "0.0.0.0" }],
    ["port", { port: 70_000 }],
    ["issuer", JSON.parse('{ "issuer": "http://x" }')],
  ])("names %s as the setting that cannot be used", (path, options) => {
    expect(() => resolveSettings(options)).toThrow(`startAuthorizationServer: "${path}" must be `);
  });
});
