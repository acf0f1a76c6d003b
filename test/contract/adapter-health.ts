import type { HealthOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { fault } from "../support/scripted-as.ts";
import { the } from "../support/the.ts";
import type { StartApi } from "./api-under-test.ts";
import { itemRoute, type OrdersApi, openOrdersApi } from "./open-orders-api.ts";

const paths: HealthOptions = { path: "/healthz", livePath: "/livez" };

function killServer({ as }: OrdersApi): void {
  for (const endpoint of ["metadata", "jwks", "token"] as const) as.faults.always(endpoint, fault.drop());
}

const read = async (answer: Response): Promise<readonly [number, unknown]> => [answer.status, await answer.json()];

function testShortForm(start: StartApi): void {
  it("tells anybody that the API is ready, and no more", async () => {
    const { ask } = await openOrdersApi(start, itemRoute, { adapter: { health: "/healthz" } });
    const answer = await ask("/healthz?probe=1");
    expect([answer.headers.get("cache-control"), answer.headers.get("www-authenticate")]).toEqual(["no-store", null]);
    expect(await read(answer)).toEqual([200, { status: "ok" }]);
  });

  it("answers HEAD, and no other method", async () => {
    const { running } = await openOrdersApi(start, itemRoute, { adapter: { health: "/healthz" } });
    const statuses = [];
    for (const method of ["HEAD", "POST"]) {
      statuses.push((await fetch(`${running.url}/healthz`, { method })).status);
    }
    expect(statuses).toEqual([200, 401]);
  });

  it("is not there unless a path is given", async () => {
    const { ask } = await openOrdersApi(start);
    expect((await ask("/healthz")).status).toBe(401);
  });

  it("says 503 while nothing works, and is alive all the same", async () => {
    const api = await openOrdersApi(start, itemRoute, { adapter: { health: paths } });
    killServer(api);
    expect((await api.ask("/orders/a", await api.tokenOf(the.alice))).status).toBe(503);
    expect(await read(await api.ask("/healthz"))).toEqual([503, { status: "unavailable" }]);
    expect(await read(await api.ask("/livez"))).toEqual([200, { status: "ok" }]);
  });

  it("stays ready when the authorization server goes away", async () => {
    const api = await openOrdersApi(start, itemRoute, { adapter: { health: paths } });
    await api.ask("/orders/a", await api.tokenOf(the.alice));
    killServer(api);
    expect((await api.ask("/orders/a", await api.tokenOf(the.bob))).status).toBe(503);
    expect((await api.ask("/healthz")).status).toBe(200);
  });

  it("says 503 once Behalf is closed", async () => {
    const api = await openOrdersApi(start, itemRoute, { adapter: { health: paths } });
    await api.behalf.close();
    expect((await api.ask("/healthz")).status).toBe(503);
  });
}

function testDetails(start: StartApi): void {
  it("tells how the authorization server is, where that is asked for", async () => {
    const api = await openOrdersApi(start, itemRoute, { adapter: { health: { ...paths, details: true } } });
    killServer(api);
    await api.ask("/orders/a", await api.tokenOf(the.alice));
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const server = {
      issuer: expect.stringContaining(api.as.issuer),
      state: "degraded",
      since: instant,
      lastError: "BEHALF_TOKEN_UNREACHABLE",
      lastErrorAt: instant,
    };
    const expected = { status: "unavailable", live: true, ready: false, servers: [server] };
    expect(await read(await api.ask("/healthz"))).toEqual([503, expected]);
  });
}

/** Where an adapter tells of the health of its instance. */
export function testHealth(start: StartApi): void {
  describe("health", () => {
    testShortForm(start);
    testDetails(start);
  });
}
