import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import { type AuthOptions, type Behalf, createBehalf } from "behalf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "../../examples/transitive-api/src/sign-in.ts";
import { closeAfterTest, receive } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import type { Backend } from "../support/scripted-backend.ts";
import { startOneBackend } from "../support/start-servers.ts";

/** Comes through basic authentication only if both sides encode it (RFC 6749 section 2.3.1). */
const awkwardSecret = "s%3Acret:+ &=/~!*()";

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      { id: "orders-api", secret: awkwardSecret, grants: ["clientCredentials", "tokenExchange"] },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
});
afterAll(() => server.close());

type OneService = Behalf<{ readonly inventory: { readonly item: "/items" } }>;

function openBehalf(backend: Backend, auth: AuthOptions): OneService {
  return closeAfterTest(
    createBehalf({
      authority: server.issuer,
      clientId: "orders-api",
      clientSecret: awkwardSecret,
      inbound: { audience: "orders-api" },
      services: { inventory: { host: backend.url, ...auth, endpoints: { item: "/items" } } },
      logger: createRecordingLogger(),
      environment: false,
    }),
  );
}

describe("against the authorization server of @behalf/dev, a call", () => {
  it.each(["client_secret_basic", "client_secret_post"] as const)(
    "as itself proves who it is by %s",
    async (clientAuthentication) => {
      const backend = await startOneBackend();
      const behalf = openBehalf(backend, {
        grantType: "clientCredentials",
        audience: "inventory",
        scope: "inventory:read",
        clientAuthentication,
      });
      await behalf.service("inventory").endpoint("item").get().unwrap();
      const { sub, aud, scope } = readClaims(backend.request().token);
      expect({ sub, aud, scope }).toEqual({ sub: "orders-api", aud: "inventory", scope: "inventory:read" });
    },
  );

  it("on behalf of its caller carries the caller's subject, the backend's audience and itself as the actor", async () => {
    const backend = await startOneBackend();
    const behalf = openBehalf(backend, { grantType: "tokenExchange", audience: "inventory" });
    const request = await receive(behalf, await signIn(server.issuer, "alice"));
    await request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    const { sub, aud, act } = readClaims(backend.request().token);
    expect({ sub, aud, act }).toEqual({ sub: "alice", aud: "inventory", act: { sub: "orders-api" } });
  });

  it("is told by resource whom its token is for", async () => {
    const backend = await startOneBackend();
    const behalf = openBehalf(backend, { grantType: "tokenExchange", resource: "urn:behalf:pricing" });
    const request = await receive(behalf, await signIn(server.issuer, "bob"));
    await request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    expect(readClaims(backend.request().token)).toMatchObject({ sub: "bob", aud: "pricing" });
  });

  it.each([
    [{ audience: "nowhere" }, "invalid_target"],
    [{ audience: "inventory", scope: "inventory:destroy" }, "invalid_scope"],
    [{ audience: "inventory", clientSecret: "wrong" }, "invalid_client"],
  ] as const)("that asks for %j is refused with the server's code", async (auth, error) => {
    const backend = await startOneBackend();
    const behalf = openBehalf(backend, { grantType: "clientCredentials", ...auth });
    const outcome = await behalf.service("inventory").endpoint("item").get();
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED", error } });
    expect(backend.requests).toEqual([]);
  });
});
