import { createBehalf, type Logger } from "behalf";
import { describe, expect, it, vi } from "vitest";
import { listenTo } from "../support/channel-records.ts";
import { closeAfterTest, openRequest, receive, toRoot } from "../support/open-behalf.ts";
import { createRecordingLogger, type RecordingLogger, showDeeply } from "../support/recording-logger.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startOneBackend, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const withMarker = { clients: [some.client({ clientSecret: the.markerSecret })] };

function open(
  { as, backend }: Servers,
  logger: Logger = createRecordingLogger(),
  clientSecret: string = the.clientSecret,
) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      clientSecret,
      logger,
      serverTiming: true,
      services: {
        inventory: { host, grantType: "tokenExchange", audience: the.audience, endpoints: { item: "/items" } },
        shipping: { host, grantType: "clientCredentials", endpoints: { rates: "/rates" } },
        weather: { host, endpoints: { today: "/today" } },
        wrong: { host: "no-url", clientSecret: the.markerSecret },
      },
    }),
  );
}

describe("the log", () => {
  /** Sends good and bad requests to an API, whose servers put a marker wherever they can. Gives what must not be shown. */
  async function causeEverything(servers: Servers, logger: RecordingLogger): Promise<readonly string[]> {
    const { as, backend } = servers;
    const behalf = open(servers, logger, the.markerSecret);
    const url = await startApi(behalf, (app) => {
      app.get("/item", () => behalf.service("inventory").endpoint("item").get().json().unwrap());
      app.get("/rates", () => behalf.service("shipping").endpoint("rates").get().json().unwrap());
      app.get("/wrong", () => behalf.service("wrong").get("/").unwrap());
    });
    const alice = await as.issue(some.claims());
    const visit = (path: string, token = alice) => fetch(`${url}${path}`, { headers: bearer(token) });
    const marker = { detail: the.markerSecret, error_description: the.markerSecret };
    await visit("/item");
    backend.next(answer.unauthorized(`Bearer error="invalid_token", error_description="${the.markerSecret}"`));
    await visit("/item");
    backend.next(answer.problem(500, marker), answer.status(200, {}, the.markerSecret), answer.drop());
    for (const path of ["/rates", "/rates", "/rates", "/wrong"]) await visit(path);
    as.faults.always("token", fault.oauthError("invalid_grant", { members: marker }));
    const bob = await as.issue(some.claims({ sub: the.bob }));
    await visit("/item", bob);
    as.faults.always("token", fault.status(500, {}, the.markerSecret));
    await visit("/item", bob);
    const forged = await as.issue(some.claims(), { key: "stranger" });
    await visit("/item", forged);
    await visit("/item", the.markerSecret);
    const seen = [...backend.requests, ...as.requests].flatMap(({ headers }) => headers.authorization ?? []);
    return [the.markerSecret, alice, bob, forged, ...seen, ...seen.map((value) => value.split(" ")[1] ?? value)];
  }

  it("B-23: shows no secret and no token at any level", async () => {
    const servers = await startServers(withMarker);
    const logger = createRecordingLogger();
    const hidden = await causeEverything(servers, logger);
    expect(new Set(logger.lines.map(({ level }) => level))).toEqual(new Set(["debug", "info", "warn", "error"]));
    for (const text of hidden) expect(logger.text()).not.toContain(text);
  });

  it("B-23: has no secret and no token in the records that others listen to", async () => {
    const servers = await startServers(withMarker);
    const channels = (["behalf:call", "behalf:token", "behalf:inbound"] as const).map(listenTo);
    const hidden = await causeEverything(servers, createRecordingLogger());
    for (const records of channels) expect(records()).not.toHaveLength(0);
    const shown = showDeeply(channels.map((records) => records()));
    for (const text of hidden) expect(shown).not.toContain(text);
  });

  it("B-23: has no secret and no token in the errors that it could be given", async () => {
    const { as, backend } = await startServers(withMarker);
    const behalf = open({ as, backend }, createRecordingLogger(), the.markerSecret);
    const marker = { detail: the.markerSecret, error_description: the.markerSecret };
    as.faults.next("token", fault.oauthError("invalid_grant", { members: marker }));
    const refused = await behalf.service("shipping").get("/rates");
    backend.next(answer.problem(500, marker));
    const failed = await behalf.service("shipping").get("/rates");
    const wrong = await behalf.service("wrong").get("/");
    expect([refused.ok, failed.ok, wrong.ok]).toEqual([false, false, false]);
    expect(showDeeply([refused, failed, wrong])).not.toContain(the.markerSecret);
  });
});

describe("the timers", () => {
  /** The steps that a `Server-Timing` header names. */
  const readSteps = (response: Response): readonly string[] =>
    (response.headers.get("server-timing") ?? "").split(", ").map((step) => step.replace(/;dur=[\d.]+$/, ""));

  it("B-36: of concurrent requests are each request's own", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    servers.backend.handle(answer.delay(10));
    const url = await startApi(behalf, (app) =>
      app.get<{ Params: { count: string } }>(
        "/:count",
        { config: { behalf: { anonymous: true } } },
        async (request) => {
          const { count } = request.params;
          for (let call = 0; call < Number(count); call += 1) await behalf.service("weather").get("/today").unwrap();
          return "ok";
        },
      ),
    );
    const responses = await Promise.all([1, 2, 1, 3].map((count) => fetch(`${url}/${count}`)));
    expect(responses.map(readSteps)).toEqual([
      ["out-get"],
      ["out-get", "out-get-2"],
      ["out-get"],
      ["out-get", "out-get-2", "out-get-3"],
    ]);
  });

  it("B-36: end when the call fails", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    const request = openRequest(behalf);
    backend.next(answer.status(500));
    backend.handle(answer.drop());
    as.faults.next("token", fault.oauthError("invalid_scope"));
    await request.run(() => behalf.service("weather").get("/today"));
    await request.run(() => behalf.service("weather").post("/today"));
    await request.run(() => behalf.service("shipping").put("/rates"));
    expect(request.context.timers.steps()).toEqual([
      { name: "out-get", durationMs: expect.any(Number) },
      { name: "out-post", durationMs: expect.any(Number) },
      { name: "out-put", durationMs: expect.any(Number) },
      { name: "out-auth-cc", durationMs: expect.any(Number) },
    ]);
  });

  it("B-36: do not run by the clock on the wall", async () => {
    const { as } = await startServers();
    const backend = await startOneBackend({ handler: answer.delay(20) });
    const services = { weather: backend.url };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), now: () => 0, services }));
    const request = openRequest(behalf);
    await request.run(() => behalf.service("weather").get("/").unwrap());
    expect(request.context.timers.steps()[0]?.durationMs).toBeGreaterThan(0);
  });

  it("B-70: time each step once", async () => {
    const { as, backend } = await startServers();
    const behalf = open({ as, backend });
    const request = await receive(behalf, await as.issue(some.claims()));
    await request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    await request.run(() => behalf.service("shipping").endpoint("rates").post().unwrap());
    const names = request.context.timers.steps().map(({ name }) => name);
    expect(names).toEqual(["in-auth-jwt", "out-get", "out-auth-tx", "out-post", "out-auth-cc"]);
  });
});

describe("the console", () => {
  it("B-70: is not written to, whatever fails", async () => {
    const { as, backend } = await startServers();
    const methods = ["log", "info", "warn", "error", "debug", "trace"] as const;
    const spies = [
      ...methods.map((method) => vi.spyOn(console, method)),
      vi.spyOn(process.stdout, "write"),
      vi.spyOn(process.stderr, "write"),
    ];
    const behalf = open({ as, backend });
    await behalf.service("wrong").get("/");
    await behalf.service("inventory").endpoint("item").get();
    backend.next(answer.status(500), answer.drop());
    as.faults.next("token", fault.status(500), fault.status(500));
    for (const path of ["/1", "/2", "/3", "/4"]) await behalf.service("shipping").get(path);
    const written = spies.flatMap((spy) => spy.mock.calls);
    for (const spy of spies) spy.mockRestore();
    expect(written).toEqual([]);
  });
});
