import { BackendService, createBehalf, type HttpClient, type HttpClientOptions, type Outcome } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { answer } from "../support/scripted-backend.ts";
import { startAs, startOneBackend, startServers } from "../support/start-servers.ts";

async function openHanging(): Promise<{ readonly jobs: BackendService; readonly signals: readonly AbortSignal[] }> {
  const signals: AbortSignal[] = [];
  class Hanging extends BackendService {
    protected override onGetHttpClient(
      _options: HttpClientOptions,
      signal?: AbortSignal,
    ): Promise<Outcome<HttpClient>> {
      if (signal) signals.push(signal);
      return new Promise(() => {});
    }
  }
  const { as, backend } = await startServers();
  const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
  const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services, serviceClasses: { jobs: Hanging } }));
  return { jobs: behalf.service("jobs"), signals };
}

describe("the time of a call", () => {
  it("is that of its token, too", async () => {
    const { as, backend } = await startServers();
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const jobs = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("jobs");
    const gate = as.hold("token");
    const patient = jobs.get("/").unwrap();
    const startedAt = performance.now();
    const outcome = await jobs.get("/", { timeoutMs: 200 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_TIMEOUT", client: "orders-api" } });
    gate.release();
    await patient;
    expect([as.count("token"), backend.requests.length]).toEqual([1, 1]);
  });

  it("ends no question to the server: who comes next waits for the same answer", async () => {
    const { as, backend } = await startServers();
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const jobs = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("jobs");
    const gate = as.hold("token");
    expect(await jobs.get("/", { timeoutMs: 50 })).toMatchObject({ error: { code: "BEHALF_TOKEN_TIMEOUT" } });
    await gate.arrived();
    const next = jobs.get("/").then((ended) => ended);
    gate.release();
    expect(await next).toMatchObject({ ok: true });
    expect(as.count("token")).toBe(1);
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])(
    "may be without an end, also where no token is there: %d",
    async (ms) => {
      const { as, backend } = await startServers();
      const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
      const jobs = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("jobs");
      expect(await jobs.get("/", { timeoutMs: ms })).toMatchObject({ ok: true });
    },
  );

  it("is what is left of it once the token is there", async () => {
    const as = await startAs();
    const backend = await startOneBackend({ handler: answer.hang() });
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const jobs = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("jobs");
    const gate = as.hold("token");
    const startedAt = performance.now();
    const outcome = jobs.get("/", { timeoutMs: 1_000 }).then((ended) => ended);
    setTimeout(() => gate.release(), 700);
    expect(await outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_TIMEOUT" } });
    expect(performance.now() - startedAt).toBeLessThan(1_600);
  });

  it("ends by the reason of a signal that was given", async () => {
    const { as, backend } = await startServers();
    const services = { jobs: { host: backend.url, grantType: "clientCredentials" } } as const;
    const jobs = closeAfterTest(createBehalf({ ...toRoot(as), services })).service("jobs");
    const gate = as.hold("token");
    const reason = new Error("enough");
    const outcome = await jobs.get("/", { signal: AbortSignal.abort(reason) });
    expect(outcome).toMatchObject({ ok: false, error: reason });
    gate.release();
  });

  it("bounds a step that the program replaced, and is told to it", async () => {
    const { jobs, signals } = await openHanging();
    const outcome = await jobs.get("/", { timeoutMs: 50 });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_TIMEOUT" } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("ends with a signal, which a replaced step gets the reason of", async () => {
    const { jobs, signals } = await openHanging();
    const controller = new AbortController();
    const ended = jobs.get("/", { signal: controller.signal }).then((outcome) => outcome);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await ended).toMatchObject({ ok: false, error: reason });
    expect(signals[0]?.reason).toBe(reason);
  });
});
