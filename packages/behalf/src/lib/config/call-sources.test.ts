import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import type { CallSettings } from "../values/call-settings.ts";
import { describeConfiguration } from "./describe-configuration.ts";

const host = "https://inventory.example.com";

function writeFile(content: object): string {
  const file = join(makeTemporaryFolder(), "behalf.json");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const read = (environment: Readonly<Record<string, string>>, members: object = {}): CallSettings =>
  serviceOf(configure({ ...members }, { environment })).auth.calls;

describe("a variable", () => {
  it("reaches every setting of calls", () => {
    const environment = {
      BEHALF__SERVICES__INVENTORY__RETRY__ATTEMPTS: "4",
      BEHALF__SERVICES__INVENTORY__RETRY__METHODS: "get put",
      BEHALF__SERVICES__INVENTORY__RETRY__STATUSES: "500, 502",
      BEHALF__SERVICES__INVENTORY__RETRY__MIN_DELAY_MS: "10",
      BEHALF__SERVICES__INVENTORY__RETRY__MAXDELAYMS: "20",
      BEHALF__SERVICES__INVENTORY__RETRY__ATTEMPT_TIMEOUT_MS: "30",
      BEHALF__SERVICES__INVENTORY__RETRY__BUDGET: "0.5",
      BEHALF__SERVICE_DEFAULTS__BREAKER__FAILURE_RATIO: "0.25",
      BEHALF__SERVICE_DEFAULTS__BREAKER__MIN_CALLS: "5",
      BEHALF__SERVICE_DEFAULTS__BREAKER__WINDOW_MS: "6",
      BEHALF__SERVICE_DEFAULTS__BREAKER__OPEN_MS: "7",
      BEHALF__BULKHEAD__MAX_CONCURRENT: "8",
      BEHALF__BULKHEAD__MAX_QUEUED: "9",
      BEHALF__HEDGE__AFTER_MS: "10",
      BEHALF__HEDGE__MAX_HEDGES: "2",
      BEHALF__CONNECTIONS__MAX_CONNECTIONS: "11",
      BEHALF__CONNECTIONS__KEEP_ALIVE_MS: "12",
      BEHALF__CONNECTIONS__CONNECT_TIMEOUT_MS: "13",
      BEHALF__CONNECTIONS__HTTP2: "true",
      BEHALF__CONNECTIONS__SOCKET_PATH: "/run/inventory.sock",
      BEHALF__MAX_RESPONSE_BYTES: "14",
      BEHALF__COMPRESSION: "TRUE",
      BEHALF__MAX_REDIRECTS: "0",
      BEHALF__USER_AGENT: "orders/1",
    };
    expect(read(environment)).toMatchObject({
      retry: {
        attempts: 4,
        methods: new Set(["GET", "PUT"]),
        statuses: new Set([500, 502]),
        minDelayMs: 10,
        maxDelayMs: 20,
        attemptTimeoutMs: 30,
        budget: 0.5,
      },
      breaker: { failureRatio: 0.25, minCalls: 5, windowMs: 6, openMs: 7 },
      bulkhead: { maxConcurrent: 8, maxQueued: 9 },
      hedge: { afterMs: 10, maxHedges: 2 },
      connections: {
        maxConnections: 11,
        keepAliveMs: 12,
        connectTimeoutMs: 13,
        http2: true,
        socketPath: "/run/inventory.sock",
      },
      maxResponseBytes: 14,
      compression: true,
      maxRedirects: 0,
      userAgent: "orders/1",
    });
  });

  it("reaches an endpoint", () => {
    const environment = { BEHALF__SERVICES__INVENTORY__ENDPOINTS__ITEM__RETRY__ATTEMPTS: "2" };
    expect(endpointOf(configure({}, { environment })).auth.calls.retry?.attempts).toBe(2);
  });

  it("switches a group off, and on again", () => {
    expect(read({ BEHALF__RETRY: "False" }, { retry: {} }).retry).toBeUndefined();
    expect(read({ BEHALF__RETRY__ATTEMPTS: "2" }, { retry: false }).retry?.attempts).toBe(2);
    expect(read({ BEHALF__USER_AGENT: "false" }).userAgent).toBeUndefined();
  });

  it("changes one setting of a group, and leaves the others", () => {
    const retry = { attempts: 7, budget: 1 };
    expect(read({ BEHALF__RETRY__ATTEMPTS: "2" }, { retry }).retry).toMatchObject({ attempts: 2, budget: 1 });
  });

  it.each([
    ["BEHALF__RETRY__ATTEMTS", /Write ATTEMPTS\./],
    ["BEHALF__RETRI__ATTEMPTS", /Write RETRY\./],
    ["BEHALF__CONNECTIONS", /go on with __ and one of maxConnections/],
    ["BEHALF__SERVICE_DEFAULTS__ON_REQUEST", /fits nothing there/],
    ["BEHALF__SERVICES__INVENTORY__ON_RESPONSE", /fits nothing there/],
  ])("is told with what was meant where it fits nothing: %s", (variable, fix) => {
    expect(() => read({ [variable]: "x" })).toThrow(
      expect.objectContaining({ configPath: variable, fix: expect.stringMatching(fix) }),
    );
  });

  it.each([
    ["RETRY=true", "retry", /^Give false, or an object/],
    ["RETRY__ATTEMPTS=many", "retry.attempts", /whole number/],
    ["RETRY__BUDGET=20%", "retry.budget", /0 to 1/],
    ["RETRY__STATUSES=5xx", "retry.statuses.0", /400 to 599/],
    ["COMPRESSION=gzip", "compression", /true or false/],
  ])("is told with the fix where it cannot be used: %s", (line, configPath, fix) => {
    const [name = "", text = ""] = line.split("=");
    expect(() => read({ [`BEHALF__${name}`]: text })).toThrow(
      expect.objectContaining({ configPath, fix: expect.stringMatching(fix) }),
    );
  });
});

it("takes settings of calls from a file over those in code", () => {
  const configFile = writeFile({ retry: { attempts: 5 }, services: { inventory: { hedge: false, userAgent: false } } });
  const { calls } = serviceOf(
    configure({ retry: { attempts: 2, budget: 1 }, hedge: { afterMs: 5 } }, { configFile }),
  ).auth;
  expect(calls).toMatchObject({ retry: { attempts: 5, budget: 1 }, hedge: undefined, userAgent: undefined });
});

describe("a misspelt setting", () => {
  it.each([
    [{ retri: {} }, "retri", 'Write "retry".'],
    [{ retry: { atempts: 3 } }, "retry.atempts", 'Write "attempts".'],
    [{ breaker: { failureRate: 1 } }, "breaker.failureRate", 'Write "failureRatio".'],
    [{ breaker: { threshold: 1 } }, "breaker.threshold", /^Take it out. Known keys: failureRatio, minCalls/],
    [{ bulkhead: { maxConcurent: 3 } }, "bulkhead.maxConcurent", 'Write "maxConcurrent".'],
    [{ hedge: { afterMs: 5, maxHedge: 3 } }, "hedge.maxHedge", 'Write "maxHedges".'],
    [{ connections: { htp2: true } }, "connections.htp2", 'Write "http2".'],
    [{ maxRedirect: 1 }, "maxRedirect", 'Write "maxRedirects".'],
  ])("is told with what was meant, at every level: %j", (members, path, fix) => {
    const levels = [
      ["", members],
      ["serviceDefaults.", { serviceDefaults: members }],
      ["services.inventory.", { strict: true, services: { inventory: { host, ...members } } }],
      [
        "services.inventory.endpoints.item.",
        { strict: true, services: { inventory: { host, endpoints: { item: { path: "/", ...members } } } } },
      ],
    ] as const;
    for (const [prefix, options] of levels) {
      expect(() => configure(options)).toThrow(
        expect.objectContaining({
          problems: expect.arrayContaining([
            { path: `${prefix}${path}`, given: "an unknown key", fix: expect.stringMatching(fix) },
          ]),
        }),
      );
    }
  });

  it("is told by the keys of its tenant, however the tenant is called", () => {
    expect(() => configure({ tenants: { retry: { clientID: "a" } } })).toThrow(/Write "clientId"/);
  });
});

describe("the description of calls", () => {
  const environment = { BEHALF__SERVICES__INVENTORY__ENDPOINTS__ITEM__USER_AGENT: "orders/1" };
  const inventory = {
    host,
    breaker: false,
    maxRedirects: 1,
    endpoints: { item: { path: "/", hedge: { afterMs: 9 } } },
  };
  const members = { breaker: {}, serviceDefaults: { retry: { methods: "GET" } }, services: { inventory } };
  const describeCalls = () => {
    const configFile = writeFile({ serviceDefaults: { retry: { attempts: 5 } } });
    return describeConfiguration(configure(members, { configFile, environment }));
  };

  it("has each setting of a group, with its source", () => {
    const { services } = describeCalls();
    expect(services.inventory?.settings).toMatchObject({
      "retry.attempts": { value: 5, source: "file, from serviceDefaults.retry.attempts" },
      "retry.methods": { value: ["GET"], source: "code, from serviceDefaults.retry.methods" },
      "retry.statuses": { value: ["408", "429", "502", "503", "504"], source: "default" },
      "retry.budget": { value: 0.2, source: "default" },
      maxRedirects: { value: 1, source: "code" },
    });
    expect(services.inventory?.endpoints.item).toMatchObject({
      "retry.attempts": { value: 5, source: "file, from serviceDefaults.retry.attempts" },
      "hedge.afterMs": { value: 9, source: "code" },
      "hedge.maxHedges": { value: 1, source: "default" },
      maxRedirects: { value: 1, source: "code, from services.inventory.maxRedirects" },
      userAgent: { value: "orders/1", source: "environment" },
    });
  });

  it("says what is switched off, and by whom", () => {
    const { settings, services } = describeCalls();
    expect(settings).toMatchObject({ "breaker.minCalls": { value: 20, source: "default" } });
    expect(services.inventory?.settings).toMatchObject({ breaker: { value: false, source: "code" } });
    expect(services.inventory?.endpoints.item).toMatchObject({
      breaker: { value: false, source: "code, from services.inventory.breaker" },
    });
  });

  it("says that no User-Agent is sent, where somebody wants none", () => {
    expect(describeConfiguration(configure({ userAgent: false })).settings.userAgent).toEqual({
      value: false,
      source: "code",
    });
  });

  it("leaves out what nobody set", () => {
    const { services } = describeCalls();
    const keys = Object.keys(services.inventory?.settings ?? {});
    expect(
      keys.filter((key) => /^(bulkhead|hedge|connections|compression|maxResponseBytes|userAgent)/.test(key)),
    ).toEqual([]);
  });
});
