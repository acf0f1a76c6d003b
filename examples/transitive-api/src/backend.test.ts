import { type AuthorizationServer, startAuthorizationServer } from "@behalf/dev";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backends, startBackends } from "./start-backends.ts";

let server: AuthorizationServer;
let backends: Backends;
beforeAll(async () => {
  server = await startAuthorizationServer();
  backends = await startBackends(server.issuer);
});
afterAll(async () => {
  await backends.inventory.close();
  await backends.pricing.close();
  await server.close();
});

const askToken = async (audience: string, scope: string): Promise<string> => {
  const secret = server.clients.find(({ id }) => id === "orders-api")?.secret;
  const configuration = await openid.discovery(new URL(server.issuer), "orders-api", secret, undefined, {
    execute: [openid.allowInsecureRequests],
  });
  return (await openid.clientCredentialsGrant(configuration, { audience, scope })).access_token;
};

const get = (token?: string) =>
  fetch(`${backends.inventory.url}/v1/items/sku-1`, {
    headers: { "x-request-id": "message-1", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });

describe("a backend", () => {
  it("serves a token of its own audience, and remembers the hop", async () => {
    const response = await get(await askToken("inventory", "inventory:read"));
    expect(await response.json()).toMatchObject({ sku: "sku-1", inStock: expect.any(Number), servedTo: "orders-api" });
    expect(backends.inventory.hops()).toEqual([
      {
        backend: "inventory",
        sub: "orders-api",
        aud: "inventory",
        act: undefined,
        scope: "inventory:read",
        messageId: "message-1",
        at: expect.any(Date),
      },
    ]);
  });

  it("answers 401 with a bare challenge when there is no token", async () => {
    const response = await get();
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
  });

  it.each([
    ["another audience", () => askToken("pricing", "pricing:read")],
    ["nobody", async () => "no-jwt"],
  ])("answers 401 to a token of %s", async (_name, token) => {
    const response = await get(await token());
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("invalid_token");
  });

  it("answers 403 when the scope is missing", async () => {
    const response = await get(await askToken("inventory", "inventory:write"));
    expect(response.status).toBe(403);
    expect(response.headers.get("www-authenticate")).toContain("insufficient_scope");
  });
});
