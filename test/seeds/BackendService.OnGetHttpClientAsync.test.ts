import {
  BackendError,
  BackendService,
  BehalfError,
  ConfigurationError,
  createBehalf,
  type HttpClientOptions,
  RequestRefusedError,
} from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startOneBackend, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { asItself, openServices } from "./open-services.ts";

const broken = new ConfigurationError([{ path: "vault", given: "nothing", fix: "Open the vault." }]);

/** Notes what the hook is given; a subclass may be pointed elsewhere. */
class InventoryService extends BackendService<{ readonly item: "/items/{sku}" }> {
  readonly seen: { readonly options: HttpClientOptions; readonly signal: AbortSignal | undefined }[] = [];
  canary: string | undefined;
  error: Error | undefined;

  stockOf(sku: string) {
    return this.endpoint("item").get({ params: { sku } });
  }

  protected override async onGetHttpClient(options: HttpClientOptions, signal?: AbortSignal) {
    this.seen.push({ options, signal });
    if (this.error) throw this.error;
    const { canary } = this;
    if (canary === undefined) return super.onGetHttpClient(options, signal);
    const outcome = await this.httpServiceProvider.getClient(options, { signal });
    return outcome.map((client) => client.withBaseAddress(canary));
  }
}

function openInventory({ as, backend }: Servers) {
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      serviceDefaults: { grantType: "tokenExchange" },
      serviceClasses: { inventory: InventoryService },
      services: {
        inventory: {
          host: backend.url,
          basePath: "/v1",
          audience: the.audience,
          endpoints: { item: "/items/{sku}" },
        },
        pricing: { host: backend.url, endpoints: { price: "/prices" } },
      },
    }),
  );
}

describe("onGetHttpClient", () => {
  it("is hit by the service of the subclass's type", async () => {
    const servers = await startServers();
    const behalf = openInventory(servers);
    const inventory: InventoryService = behalf.service("inventory");
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => inventory.stockOf("sku-1").unwrap());
    expect(servers.backend.request().url).toBe("/v1/items/sku-1");
    expect(inventory.seen).toHaveLength(1);
  });

  it("is given the endpoint's auth configuration, the caller's token and a signal", async () => {
    const { as, backend } = await startServers();
    const behalf = openInventory({ as, backend });
    const inventory = behalf.service("inventory");
    const alice = await as.issue(some.claims());
    const request = await receive(behalf, alice);
    const { signal } = new AbortController();
    await request.run(() =>
      inventory
        .endpoint("item")
        .get({ params: { sku: "sku-1" }, signal })
        .unwrap(),
    );
    const [seen] = inventory.seen;
    expect(seen?.options.authConfig?.configPath).toBe("services.inventory.endpoints.item");
    expect(seen?.options.actorToken?.value()).toBe(alice);
    expect(seen?.signal).toBeInstanceOf(AbortSignal);
  });

  it("gives a client that is fully configured according to the options", async () => {
    const servers = await startServers();
    const behalf = openInventory(servers);
    const url = await startApi(behalf, (app) =>
      app.post<{ Body: { sku: string } }>("/", async ({ body }) =>
        behalf.service("inventory").stockOf(body.sku).json().unwrap(),
      ),
    );
    const headers = {
      ...bearer(await servers.as.issue(some.claims())),
      "content-type": "application/json",
      "x-request-id": "message-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    await fetch(url, { method: "POST", headers, body: JSON.stringify({ sku: "sku-1" }) });
    const { path, token, headers: sent } = servers.backend.request();
    expect(path).toBe("/v1/items/sku-1");
    expect(readClaims(token)).toMatchObject({ sub: the.alice, aud: the.audience });
    expect(sent).toMatchObject({ "x-request-id": "message-1", traceparent: headers.traceparent });
  });

  it("may give a client with another base address, which then is left alone", async () => {
    const servers = await startServers();
    const canary = await startOneBackend();
    const behalf = openInventory(servers);
    const inventory = behalf.service("inventory");
    inventory.canary = `${canary.url}/canary`;
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => inventory.stockOf("sku-1").unwrap());
    expect(canary.request().path).toBe("/canary/items/sku-1");
    expect(servers.backend.requests).toHaveLength(0);
  });

  it("makes a failed outcome of what it throws, before anything is sent", async () => {
    const { as, backend } = await startServers();
    const behalf = openInventory({ as, backend });
    const inventory = behalf.service("inventory");
    inventory.error = broken;
    const request = await receive(behalf, await as.issue(some.claims()));
    expect(await request.run(() => inventory.stockOf("sku-1"))).toMatchObject({ ok: false, error: broken });
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });

  it("is hit by calls without an endpoint and by fetch", async () => {
    const servers = await startServers();
    const behalf = openInventory(servers);
    const inventory = behalf.service("inventory");
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => inventory.send("DELETE", "/items/sku-1").unwrap());
    await request.run(() => inventory.fetch("items/sku-2"));
    expect(inventory.seen.map(({ options }) => options.authConfig?.configPath)).toEqual([
      "services.inventory",
      "services.inventory",
    ]);
    expect(servers.backend.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "DELETE /v1/items/sku-1",
      "GET /v1/items/sku-2",
    ]);
  });

  it("leaves services of no class of their own as they are", async () => {
    const servers = await startServers();
    const behalf = openInventory(servers);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => behalf.service("pricing").endpoint("price").get().unwrap());
    expect(behalf.service("pricing")).not.toBeInstanceOf(InventoryService);
    expect(behalf.service("inventory").seen).toEqual([]);
  });
});

describe("the client", () => {
  async function getClient(servers: Servers) {
    const behalf = openServices(servers);
    return behalf.httpServiceProvider.getClient(asItself(behalf)).unwrap();
  }

  it.each(["/items", "items", "http://127.0.0.1/items"])("refuses %s without a base address", async (url) => {
    const client = await getClient(await startServers());
    expect(client.baseAddress).toBeUndefined();
    await expect(client.fetch(url)).rejects.toBeInstanceOf(RequestRefusedError);
    const outcome = await client.send({ url });
    expect(!outcome.ok && outcome.error).toBeInstanceOf(RequestRefusedError);
  });

  it.each(["../admin", "/../admin", "%2e%2e/admin", "..%2fadmin", "//127.0.0.1/v1/items", "\\\\127.0.0.1\\v1"])(
    "sends nothing to %s, which leads out of its base path",
    async (url) => {
      const servers = await startServers();
      const client = (await getClient(servers)).withBaseAddress(`${servers.backend.url}/v1`);
      await expect(client.fetch(url)).rejects.toBeInstanceOf(RequestRefusedError);
      const outcome = await client.send({ url });
      expect(!outcome.ok && outcome.error).toBeInstanceOf(RequestRefusedError);
      expect(servers.backend.requests).toHaveLength(0);
    },
  );

  it("sends its token to no other origin", async () => {
    const servers = await startServers();
    const other = await startOneBackend();
    const client = (await getClient(servers)).withBaseAddress(`${servers.backend.url}/v1`);
    await expect(client.fetch(`${other.url}/v1/items`)).rejects.toBeInstanceOf(RequestRefusedError);
    expect(() => client.withBaseAddress(other.url)).toThrow(RequestRefusedError);
    await client.fetch(`${servers.backend.url}/v1/items`);
    expect(servers.backend.request().token).toBeDefined();
    expect(other.requests).toHaveLength(0);
  });

  it("follows no redirect with its token", async () => {
    const servers = await startServers();
    const other = await startOneBackend();
    servers.backend.handle(answer.redirect(`${other.url}/v1/items`));
    const client = (await getClient(servers)).withBaseAddress(servers.backend.url);
    await expect(client.fetch("/items")).rejects.toMatchObject({ code: "BEHALF_BACKEND_REDIRECT" });
    expect(other.requests).toHaveLength(0);
  });

  it("gives the global Response by fetch, for an error status too", async () => {
    const servers = await startServers();
    servers.backend.handle(answer.json({ reason: "gone" }, 410));
    const client = (await getClient(servers)).withBaseAddress(servers.backend.url);
    const response = await client.fetch("/items", { method: "POST", body: JSON.stringify({ sku: "sku-1" }) });
    expect(response).toBeInstanceOf(Response);
    expect([response.status, await response.json()]).toEqual([410, { reason: "gone" }]);
    expect(servers.backend.request()).toMatchObject({ method: "POST", body: '{"sku":"sku-1"}' });
  });

  it("gives the answer after a 401 was mended by another token", async () => {
    const servers = await startServers();
    servers.backend.next(answer.unauthorized('Bearer error="invalid_token"'));
    const client = (await getClient(servers)).withBaseAddress(servers.backend.url);
    expect((await client.fetch("/items")).status).toBe(200);
    const [refused, accepted] = servers.backend.requests.map(({ token }) => token);
    expect(accepted).not.toBe(refused);
    expect(servers.as.count("token")).toBe(2);
  });

  it("gives an outcome by send: an answer, or the error of its status", async () => {
    const servers = await startServers();
    const client = (await getClient(servers)).withBaseAddress(servers.backend.url);
    const sent = client.send({ url: "/items", method: "PUT", query: { page: 2 }, json: { sku: "sku-1" } });
    expect(await (await sent.unwrap()).json().unwrap()).toMatchObject({ method: "PUT", url: "/items?page=2" });
    servers.backend.handle(answer.problem(404));
    const outcome = await client.send({ url: "/items" });
    expect(!outcome.ok && outcome.error).toBeInstanceOf(BackendError);
  });

  it("rejects by fetch with a BehalfError when there is no token", async () => {
    const { as, backend } = await startServers();
    const rejected = openServices({ as, backend }).service("inventory").fetch("/items");
    await expect(rejected).rejects.toSatisfy(BehalfError.is);
    expect(backend.requests).toHaveLength(0);
  });

  it("never carries a header of the caller's in the place of its own", async () => {
    const servers = await startServers();
    const client = (await getClient(servers)).withBaseAddress(servers.backend.url);
    await expect(client.fetch("/items", { headers: bearer("stolen") })).rejects.toMatchObject({ refusal: "header" });
    expect(servers.backend.requests).toHaveLength(0);
  });
});
