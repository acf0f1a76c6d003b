import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from "jose";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { discoverApp, discoverAs, signIn } from "../test/sign-in.ts";
import { type AuthorizationServer, startAuthorizationServer } from "./index.ts";

const secret = "orders-api-development-secret";

let server: AuthorizationServer;
const printed: unknown[] = [];

beforeAll(async () => {
  for (const level of ["log", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((...parts) => void printed.push(parts));
  }
  const started = performance.now();
  server = await startAuthorizationServer();
  process.stdout.write(`authorization server started in ${Math.round(performance.now() - started)} ms\n`);
});

afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

describe("startAuthorizationServer", () => {
  it("publishes an issuer on loopback, and keys for both algorithms", async () => {
    const metadata = (await discoverApp(server.issuer)).serverMetadata();
    const { keys }: JSONWebKeySet = JSON.parse(await (await fetch(metadata.jwks_uri ?? "")).text());
    expect(server.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(metadata.issuer).toBe(server.issuer);
    expect(keys.map(({ alg }) => alg).sort()).toEqual(["ES256", "RS256"]);
    expect(keys.every((key) => !("d" in key))).toBe(true);
  });

  it("signs alice in by code and PKCE, with a token for the orders API", async () => {
    const tokens = await signIn({ issuer: server.issuer, hint: "alice" });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: "at+jwt", alg: "RS256" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: server.issuer,
      sub: "alice",
      aud: "orders-api",
      client_id: "orders-app",
      scope: "orders:read",
      name: "Alice Archer",
      email: "alice@example.test",
    });
    expect(tokens.claims()).toMatchObject({ sub: "alice", name: "Alice Archer" });
  });

  it.each([
    ["client_secret_basic", openid.ClientSecretBasic(secret)],
    ["client_secret_post", openid.ClientSecretPost(secret)],
  ])("issues a token to the client itself with %s", async (_name, authentication) => {
    const configuration = await discoverAs(server.issuer, "orders-api", authentication);
    const tokens = await openid.clientCredentialsGrant(configuration, { audience: "inventory" });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: "orders-api",
      client_id: "orders-api",
      aud: "inventory",
      scope: "inventory:read",
    });
    expect(tokens.expires_in).toBe(600);
  });

  it("closes more than once without complaint, and frees the port", async () => {
    const first = await startAuthorizationServer();
    const port = Number(new URL(first.issuer).port);
    await first.close();
    const second = await startAuthorizationServer({ port });
    expect(second.issuer).toBe(first.issuer);
    await second.close();
    await second.close();
  });

  it("says that a port is taken", async () => {
    const port = Number(new URL(server.issuer).port);
    await expect(startAuthorizationServer({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("prints nothing on the console", () => {
    expect(printed).toEqual([]);
  });
});
