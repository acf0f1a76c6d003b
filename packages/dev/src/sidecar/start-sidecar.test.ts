import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../../test/sidecar.ts";
import {
  type AuthorizationServer,
  type Sidecar,
  type SidecarOptions,
  startAuthorizationServer,
  startSidecar,
} from "../index.ts";

let server: AuthorizationServer;
let api: Server;
let sidecar: Sidecar;
let shown: (string | undefined)[] = [];
let received: string[] = [];

const toOptions = (): SidecarOptions => ({
  authority: server.issuer,
  clientId: "edge",
  clientSecret: "edge-secret",
  inbound: { type: "introspection", audience: "edge" },
  services: {
    "orders-api": {
      host: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      audience: "orders-api",
      grantType: "tokenExchange",
    },
  },
});

beforeAll(async () => {
  server = await startAuthorizationServer({
    resources: [
      { name: "edge", scopes: ["orders:read"], tokenFormat: "opaque" },
      { name: "orders-api", scopes: ["orders"], accessTokenLifetimeMs: 120_000 },
    ],
    clients: [
      { id: "edge", secret: "edge-secret" },
      { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
    ],
  });
  api = createServer((request, response) => {
    shown.push(request.headers.authorization);
    received.push(...request.rawHeaders);
    response.end("order");
  });
  await new Promise<void>((resolve) => void api.listen(0, "127.0.0.1", resolve));
  sidecar = await startSidecar(toOptions());
});
afterAll(async () => {
  await sidecar.close();
  api.close();
  await server.close();
});

const issue = (): Promise<string> =>
  server.issueAccessToken({ clientId: "orders-app", person: "alice", audience: "edge" });

const readShown = () => decodeJwt((shown[0] ?? "").replace(/^Bearer /, ""));

describe("startSidecar", () => {
  it("turns a person's opaque token into a short-lived one for the API alone", async () => {
    shown = [];
    const { status, text } = await send(`${sidecar.url}/orders`, { token: await issue() });
    expect([status, text]).toEqual([200, "order"]);
    expect(readShown()).toMatchObject({ sub: "alice", aud: "orders-api", act: { sub: "edge" } });
    expect((readShown().exp ?? 0) - (readShown().iat ?? 0)).toBeLessThanOrEqual(120);
  });

  it("exchanges a token once, for as long as the assertion lasts", async () => {
    const token = await issue();
    const before = server.tokenRequests.snapshot().length;
    await Promise.all(Array.from({ length: 10 }, () => send(`${sidecar.url}/orders`, { token })));
    await send(`${sidecar.url}/orders`, { token });
    expect(server.tokenRequests.snapshot().length - before).toBe(1);
  });

  it("refuses a token that the server does not know", async () => {
    shown = [];
    const { status, headers, text } = await send(`${sidecar.url}/orders`, { token: "unknown" });
    expect([status, headers["www-authenticate"]]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    expect(JSON.parse(text)).toMatchObject({ status: 401, messageId: headers["x-request-id"] });
    expect(shown).toEqual([]);
  });

  it("refuses a request without a token", async () => {
    const { status, headers } = await send(`${sidecar.url}/orders`, { token: undefined });
    expect([status, headers["www-authenticate"]]).toEqual([401, expect.stringMatching(/^Bearer/)]);
  });

  it("takes tokens from the header that inbound names, and keeps them to itself", async () => {
    const options = toOptions();
    const inbound = { ...options.inbound, audience: "edge", authorizationHeader: "x-token" };
    const own = await startSidecar({ ...options, inbound });
    const token = await issue();
    [shown, received] = [[], []];
    const { status } = await send(`${own.url}/orders`, { token: undefined, headers: { "x-token": `Bearer ${token}` } });
    await own.close();
    expect([status, readShown().sub]).toEqual([200, "alice"]);
    expect(received).not.toContain(`Bearer ${token}`);
    expect(received).not.toContain("x-token");
  });

  it("gives a developer's API the same assertion", async () => {
    const { status, text } = await send(sidecar.tokenUrl, { token: await issue() });
    expect(status).toBe(200);
    expect(decodeJwt(JSON.parse(text).assertion)).toMatchObject({ sub: "alice", aud: "orders-api" });
  });

  it("tells a developer without a token no more than a challenge", async () => {
    expect((await send(sidecar.tokenUrl, { token: "unknown" })).status).toBe(401);
  });

  it.each<[string, Partial<SidecarOptions>]>([
    ["service", { service: "unknown" }],
    ["port", { port: 65_536 }],
    ["header", { header: "a b" }],
    ["header", { header: "Connection" }],
    ["header", { header: "forwarded" }],
    ["tokenPath", { tokenPath: "token" }],
  ])("refuses a wrong %s by its name", async (name, options) => {
    await expect(startSidecar({ ...toOptions(), ...options })).rejects.toThrow(`"${name}" must be`);
  });

  it("needs the service's name where there are several", async () => {
    const { services, ...options } = toOptions();
    const several = { ...options, services: { ...services, another: "http://127.0.0.1:1" } };
    await expect(startSidecar(several)).rejects.toThrow('"service" must be');
  });

  it("needs to know which tokens the clients bring", async () => {
    const { inbound: _inbound, ...options } = toOptions();
    await expect(startSidecar(options)).rejects.toMatchObject({ code: "BEHALF_CONFIG_INVALID" });
  });
});
