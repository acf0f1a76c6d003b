import { createBehalf, fromProvider, type ServiceOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { configure } from "../support/configure.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { fault, type ScriptedAs } from "../support/scripted-as.ts";
import { startServers } from "../support/start-servers.ts";

type Services = Readonly<Record<string, ServiceOptions<unknown>>>;

const jobs = { host: "https://jobs.example.com", grantType: "clientCredentials", scope: "jobs" } as const;
const open = (as: ScriptedAs, services: Services, more: object = {}) =>
  closeAfterTest(createBehalf({ ...toRoot(as), services, ...more }));
/** Long enough for a request that nobody waits for. */
const shortly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

describe("prewarm", () => {
  it("has the token there before the first call", async () => {
    const { as, backend } = await startServers();
    const behalf = open(as, { jobs: { ...jobs, host: backend.url, prewarm: true } });
    await expect.poll(() => behalf.stats().tokens.entries).toBe(1);
    expect(await behalf.service("jobs").get("/")).toMatchObject({ ok: true });
    expect(as.count("token")).toBe(1);
  });

  it("asks for the token of each endpoint, once where they have the same", async () => {
    const { as } = await startServers();
    const endpoints = { list: "/", same: "/same", other: { path: "/other", scope: "other" } };
    const behalf = open(as, { jobs: { ...jobs, prewarm: true, endpoints } });
    await expect.poll(() => behalf.stats().tokens.entries).toBe(2);
    await shortly();
    expect(as.count("token")).toBe(2);
  });

  it("is for those only that are called as this API, where it stands above", async () => {
    const { as } = await startServers();
    const inventory = { host: "https://inventory.example.com", grantType: "tokenExchange" } as const;
    const quiet = { ...jobs, scope: "quiet", prewarm: false };
    const behalf = open(as, { jobs, inventory, quiet }, { serviceDefaults: { prewarm: true } });
    expect(behalf.describe().problems).toEqual([]);
    await expect.poll(() => behalf.stats().tokens.entries).toBe(1);
    await shortly();
    expect(as.requests.filter(({ endpoint }) => endpoint === "token").map(({ form }) => form.get("scope"))).toEqual([
      "jobs",
    ]);
  });

  it("asks nothing where it is not set, and nothing in the turn of the start", async () => {
    const { as } = await startServers();
    open(as, { jobs });
    const warm = open(as, { jobs: { ...jobs, prewarm: true } });
    expect(warm.stats().flights).toBe(0);
    await warm.close();
    await shortly();
    expect(as.requests).toEqual([]);
  });

  it("leaves a server that is away to the first call", async () => {
    const { as, backend } = await startServers();
    const clock = createClock();
    as.faults.always("token", fault.status(503));
    const behalf = open(as, { jobs: { ...jobs, host: backend.url, prewarm: true } }, { now: clock.now });
    await expect.poll(() => as.count("token")).toBeGreaterThan(0);
    await shortly();
    as.faults.clear();
    clock.advance(10_000);
    expect(await behalf.service("jobs").get("/")).toMatchObject({ ok: true });
  });

  it.each(["tokenExchange", "forward", "none", "automatic"] as const)(
    "is a problem of a service by %s",
    (grantType) => {
      const { problems } = configure({
        services: { inventory: { host: "https://inventory.example.com", grantType, prewarm: true } },
      });
      expect(problems).toMatchObject([
        { path: "services.inventory.prewarm", fix: expect.stringContaining('"clientCredentials"') },
      ]);
    },
  );

  it("leaves one line where this API has no secret to ask with", async () => {
    const { as } = await startServers();
    const root = toRoot(as);
    const secretless = { ...jobs, clientSecret: fromProvider(() => undefined), prewarm: true };
    closeAfterTest(createBehalf({ ...root, services: { jobs: secretless } }));
    await expect.poll(() => root.logger.lines).toHaveLength(1);
    expect(root.logger.lines[0]).toMatchObject({
      level: "warn",
      message: "a token was not obtained ahead of the first call",
      fields: { service: "services.jobs", error: "BEHALF_CONFIG_INVALID" },
    });
  });
});
