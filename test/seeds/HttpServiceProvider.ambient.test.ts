import { MissingContextError, Secret } from "behalf";
import { describe, expect, it } from "vitest";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { openServices } from "./open-services.ts";

const credentials = { clientId: the.clientId, clientSecret: new Secret(the.clientSecret) };

describe("getAccessToken", () => {
  /** An API that exchanges the token it finds, so that the authorization server sees which one that is. */
  async function exchangeFound(servers: Servers, forceStandardHeader: boolean) {
    const behalf = openServices(servers, { authorizationHeader: "X-Access-Token" });
    const { httpServiceProvider: provider } = behalf;
    const url = await startApi(behalf, (app) =>
      app.get("/", async () => {
        const subjectToken = await provider.getAccessToken({ forceStandardHeader }).unwrap();
        await provider.getTokenExchangeService().exchange({ credentials, subjectToken }).unwrap();
        return "ok";
      }),
    );
    const inCustom = await servers.as.issue(some.claims());
    const inStandard = await servers.as.issue(some.claims({ sub: the.bob }));
    await fetch(url, { headers: { "x-access-token": inCustom, ...bearer(inStandard) } });
    return { inCustom, inStandard, found: servers.as.tokenRequest().form.get("subject_token") };
  }

  it("gives the token of the configured header", async () => {
    const { found, inCustom } = await exchangeFound(await startServers(), false);
    expect(found).toBe(inCustom);
  });

  it("gives the token of the standard header when that is forced", async () => {
    const { found, inStandard } = await exchangeFound(await startServers(), true);
    expect(found).toBe(inStandard);
  });

  it("fails outside a request", async () => {
    const outcome = await openServices(await startServers()).httpServiceProvider.getAccessToken();
    expect(!outcome.ok && outcome.error).toBeInstanceOf(MissingContextError);
  });
});

describe("getMessageId", () => {
  async function startEnforcingApi(servers: Servers): Promise<string> {
    const behalf = openServices(servers);
    const { httpServiceProvider: provider } = behalf;
    return startApi(behalf, (app) => {
      const config = { behalf: { anonymous: true } };
      app.get("/found", { config }, async () => ({ ids: [provider.getMessageId() ?? "none"] }));
      app.get("/enforced", { config }, async () => {
        const ids = [provider.getMessageId({ enforce: true }), provider.getMessageId({ enforce: true })];
        await behalf.service("weather").endpoint("today").get().unwrap();
        return { ids: [...ids, provider.getMessageId()] };
      });
    });
  }

  it("gives nothing when the request has none", async () => {
    const response = await fetch(`${await startEnforcingApi(await startServers())}/found`);
    expect(await response.json()).toEqual({ ids: ["none"] });
    expect(response.headers.has("x-request-id")).toBe(false);
  });

  it("gives the one that the request has", async () => {
    const url = `${await startEnforcingApi(await startServers())}/found`;
    const response = await fetch(url, { headers: { "x-request-id": "message-1" } });
    expect(await response.json()).toEqual({ ids: ["message-1"] });
  });

  it("makes one, once, when it is enforced, for the answer and the backend too", async () => {
    const servers = await startServers();
    const response = await fetch(`${await startEnforcingApi(servers)}/enforced`);
    const id = response.headers.get("x-request-id");
    expect(id).toMatch(/^[\w-]{36}$/);
    expect(await response.json()).toEqual({ ids: [id, id, id] });
    expect(servers.backend.request().headers["x-request-id"]).toBe(id);
  });

  it("gives nothing outside a request", async () => {
    expect(openServices(await startServers()).httpServiceProvider.getMessageId({ enforce: true })).toBeUndefined();
  });
});

describe("startTimer and endTimer", () => {
  it("time a step of the request, for the answer to show", async () => {
    const behalf = openServices(await startServers(), { serverTiming: true });
    const url = await startApi(behalf, (app) =>
      app.get("/", { config: { behalf: { anonymous: true } } }, async () => {
        behalf.httpServiceProvider.startTimer("price");
        return { durationMs: behalf.httpServiceProvider.endTimer("price") };
      }),
    );
    const response = await fetch(url);
    expect(response.headers.get("server-timing")).toMatch(/^price;dur=\d+\.\d$/);
    expect(await response.json()).toEqual({ durationMs: expect.any(Number) });
  });

  it("do nothing outside a request", async () => {
    const { httpServiceProvider: provider } = openServices(await startServers());
    provider.startTimer("price");
    expect(provider.endTimer("price")).toBeUndefined();
  });
});
