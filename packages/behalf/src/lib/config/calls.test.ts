import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf, someOptions } from "../../../../../test/support/configure.ts";
import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { type CallSettings, defaultCallSettings } from "../values/call-settings.ts";
import type { AuthNode } from "./auth-node.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

const host = "https://inventory.example.com";

/** Configures one setting at some of the levels, from the root to the endpoint. */
function endpointWith(...levels: readonly object[]): AuthNode {
  const [root = {}, serviceDefaults = {}, service = {}, endpoint = {}] = levels;
  const item = { path: "/items/{sku}", ...endpoint };
  const inventory = { host, endpoints: { item }, ...service };
  return endpointOf(configure({ ...root, serviceDefaults, services: { inventory } })).auth;
}

const callsWith = (...levels: readonly object[]): CallSettings => endpointWith(...levels).calls;

function problemsOf(members: object): readonly ConfigurationProblem[] {
  try {
    return resolveConfiguration(someOptions({ ...members }), { environment: false }).problems;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe("how calls are made", () => {
  it("is the same object for every node where nothing is configured", () => {
    const configuration = configure({ timeoutMs: 5 });
    const nodes = [configuration.root, configuration.defaults, endpointOf(configuration).auth];
    expect(nodes.map(({ calls }) => calls === defaultCallSettings)).toEqual([true, true, true]);
    expect(callsWith({}, { retry: false }, { connections: {}, maxRedirects: 0 })).toBe(defaultCallSettings);
    expect(callsWith({ retry: {}, maxRedirects: 5 }, {}, { retry: false, maxRedirects: 0 })).toBe(defaultCallSettings);
  });

  it("has defaults for what a group leaves out", () => {
    const calls = callsWith({}, {}, { retry: {}, breaker: {}, bulkhead: { maxConcurrent: 9 }, hedge: { afterMs: 50 } });
    expect(calls).toEqual({
      ...defaultCallSettings,
      retry: {
        attempts: 3,
        methods: new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]),
        statuses: new Set([408, 429, 502, 503, 504]),
        minDelayMs: 100,
        maxDelayMs: 2_000,
        attemptTimeoutMs: undefined,
        budget: 0.2,
      },
      breaker: { failureRatio: 0.5, minCalls: 20, windowMs: 10_000, openMs: 5_000 },
      bulkhead: { maxConcurrent: 9, maxQueued: 0 },
      hedge: { afterMs: 50, maxHedges: 1 },
    });
  });

  it("is as the settings say", () => {
    const given = {
      maxResponseBytes: 1_024,
      compression: true,
      maxRedirects: 2,
      userAgent: "orders/1.2 (stock)",
      retry: {
        attempts: 2,
        methods: ["get", "PUT"],
        statuses: [500],
        minDelayMs: 5,
        maxDelayMs: 5,
        attemptTimeoutMs: 70,
        budget: 1,
      },
      breaker: { failureRatio: 1, minCalls: 1, windowMs: 2, openMs: 3 },
      bulkhead: { maxConcurrent: 1, maxQueued: 2 },
      hedge: { afterMs: 1, maxHedges: 2 },
      connections: { maxConnections: 8, keepAliveMs: 9, connectTimeoutMs: 10, http2: true, socketPath: "/run/a.sock" },
    };
    expect(callsWith(given)).toMatchObject({
      ...given,
      retry: { ...given.retry, methods: new Set(["GET", "PUT"]), statuses: new Set([500]) },
    });
  });

  it("takes methods as a text", () => {
    expect(callsWith({ retry: { methods: "get, head" } }).retry?.methods).toEqual(new Set(["GET", "HEAD"]));
  });

  it("cannot be changed", () => {
    const calls = callsWith({ retry: {}, breaker: {}, bulkhead: { maxConcurrent: 1 }, connections: { http2: true } });
    const parts = [calls, calls.retry, calls.breaker, calls.bulkhead, calls.connections];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });

  it("tells connections apart by what they are made with", () => {
    const keyOf = (connections: object): string | undefined => callsWith({ connections }).connections?.key;
    const different = [
      { maxConnections: 1 },
      { keepAliveMs: 1 },
      { connectTimeoutMs: 1 },
      { http2: true },
      { socketPath: "1" },
      { socketPath: "2" },
      { maxConnections: 2 },
      { keepAliveMs: 2 },
      { connectTimeoutMs: 2 },
      { http2: true, connectTimeoutMs: 2 },
      { maxConnections: 1, keepAliveMs: 1 },
    ].map(keyOf);
    expect(new Set(different).size).toBe(different.length);
    expect(keyOf({ keepAliveMs: 1, maxConnections: 2 })).toBe(keyOf({ maxConnections: 2, keepAliveMs: 1 }));
  });
});

describe.each([
  ["maxResponseBytes", [1, 2, 3, 4]],
  ["maxRedirects", [1, 2, 3, 4]],
  ["userAgent", ["a", "b", "c", "d"]],
  ["compression", [true, false, true, false]],
  ["retry", [{ attempts: 4 }, { attempts: 5 }, { attempts: 6 }, { attempts: 7 }]],
  ["breaker", [{ minCalls: 4 }, { minCalls: 5 }, { minCalls: 6 }, { minCalls: 7 }]],
  ["bulkhead", [{ maxConcurrent: 4 }, { maxConcurrent: 5 }, { maxConcurrent: 6 }, { maxConcurrent: 7 }]],
  ["hedge", [{ afterMs: 4 }, { afterMs: 5 }, { afterMs: 6 }, { afterMs: 7 }]],
  ["connections", [{ maxConnections: 4 }, { maxConnections: 5 }, { maxConnections: 6 }, { maxConnections: 7 }]],
] as const)("%s", (setting, values) => {
  it.each([0, 1, 2, 3])("comes from the nearest level that has it: %i", (depth) => {
    const levels = values.slice(0, depth + 1).map((value) => ({ [setting]: value }));
    expect(callsWith(...levels)).toMatchObject({ [setting]: values[depth] });
  });
});

describe("a group", () => {
  it("is inherited as a whole: what a level leaves out is the default, and not what stands above", () => {
    expect(callsWith({ retry: { attempts: 9, budget: 1 } }, { retry: { attempts: 2 } }).retry).toMatchObject({
      attempts: 2,
      budget: 0.2,
    });
  });

  it.each([
    ["retry", {}],
    ["breaker", {}],
    ["bulkhead", { maxConcurrent: 1 }],
    ["hedge", { afterMs: 1 }],
  ])("is switched off by false: %s", (name, on) => {
    expect(callsWith({ [name]: on })).toMatchObject({ [name]: expect.any(Object) });
    expect(callsWith({ [name]: on }, {}, { [name]: false })).toMatchObject({ [name]: undefined });
    expect(callsWith({ [name]: false }, {}, { [name]: on })).toMatchObject({ [name]: expect.any(Object) });
  });

  it("of connections is switched off by an empty one", () => {
    expect(callsWith({ connections: { http2: true } }, {}, {}, { connections: {} }).connections).toBeUndefined();
  });

  it("is the same object for all who inherit it", () => {
    const configuration = configure({ serviceDefaults: { retry: { attempts: 2 }, breaker: {} } });
    expect(serviceOf(configuration).auth.calls).toBe(configuration.defaults.calls);
    const own = endpointWith({}, { retry: {} }, {}, { maxRedirects: 1 });
    expect(own.calls.retry).toBe(own.parent?.calls.retry);
  });
});

it("sends no User-Agent where a level says false", () => {
  expect(callsWith({ userAgent: "orders" }, { userAgent: false }).userAgent).toBeUndefined();
});

it("makes calls in a tenant as in none, with the very same settings", () => {
  const tenants = { acme: { clientId: "acme" } };
  const inventory = { host, endpoints: { item: { path: "/", retry: { attempts: 2 } } } };
  const { auth } = endpointOf(configure({ tenants, hedge: { afterMs: 5 }, services: { inventory } }));
  expect(auth.calls).toMatchObject({ retry: { attempts: 2 }, hedge: { afterMs: 5 } });
  expect(auth.forTenant("acme")?.calls).toBe(auth.calls);
});

it.each([
  ["a tenant", { tenants: { acme: { retry: {} } } }, "tenants.acme.retry"],
  ["the first server", { identityProvider: { timeoutMs: 5 } }, "identityProvider.timeoutMs"],
])("refuses settings of calls in %s", (_, members, path) => {
  expect(problemsOf(members)).toMatchObject([{ path, given: "an unknown key" }]);
});

describe("a setting that cannot be used", () => {
  it.each([
    [{ retry: { methods: "POST" } }, "retry.methods.0", /^Give GET, .* DELETE\. .* header Idempotency-Key\.$/],
    [{ retry: { methods: ["GET", "patch"] } }, "retry.methods.1", /header Idempotency-Key/],
    [{ retry: { methods: [] } }, "retry.methods", /^Give GET, HEAD/],
    [{ retry: { attempts: 0 } }, "retry.attempts", /positive/],
    [{ retry: { statuses: [200] } }, "retry.statuses.0", /of 400 to 599/],
    [{ retry: { statuses: [600] } }, "retry.statuses.0", /of 400 to 599/],
    [{ retry: { statuses: 503 } }, "retry.statuses", /of 400 to 599/],
    [{ retry: { budget: -0.1 } }, "retry.budget", /0 to 1/],
    [{ retry: { budget: 1.1 } }, "retry.budget", /0 to 1/],
    [{ retry: { minDelayMs: 30, maxDelayMs: 20 } }, "retry.minDelayMs", /^Give 20 or less, or a greater "maxDelayMs"/],
    [{ retry: { minDelayMs: 2_001 } }, "retry.minDelayMs", /^Give 2000 or less/],
    [{ retry: { maxDelayMs: 99 } }, "retry.maxDelayMs", /^Give 100 or more, or a smaller "minDelayMs"/],
    [{ retry: true }, "retry", /^Give false, or an object with attempts, /],
    [{ breaker: { failureRatio: 0 } }, "breaker.failureRatio", /above 0, at most 1/],
    [{ breaker: { failureRatio: 1.01 } }, "breaker.failureRatio", /above 0, at most 1/],
    [{ breaker: { windowMs: 0 } }, "breaker.windowMs", /positive number of milliseconds/],
    [{ bulkhead: {} }, "bulkhead.maxConcurrent", /whole number/],
    [{ bulkhead: { maxConcurrent: 1, maxQueued: -1 } }, "bulkhead.maxQueued", /0 or more/],
    [{ hedge: {} }, "hedge.afterMs", /number of milliseconds/],
    [{ hedge: 50 }, "hedge", /^Give false, or an object with afterMs and maxHedges/],
    [{ connections: false }, "connections", /^Give an object with maxConnections/],
    [{ connections: { socketPath: "" } }, "connections.socketPath", /path of a Unix domain socket/],
    [{ connections: { socketPath: "a\0b" } }, "connections.socketPath", /without NUL/],
    [{ userAgent: "a\r\nx: y" }, "userAgent", /without line breaks, or false/],
    [{ userAgent: "" }, "userAgent", /without line breaks, or false/],
    [{ maxRedirects: -1 }, "maxRedirects", /0 or more/],
    [{ maxResponseBytes: 0 }, "maxResponseBytes", /positive/],
  ])("is told with the fix: %j", (members, path, fix) => {
    expect(problemsOf(members)).toMatchObject([{ path, fix: expect.stringMatching(fix) }]);
    const places = { services: { inventory: { host, endpoints: { item: { path: "/", ...members } } } } };
    expect(problemsOf(places)).toMatchObject([{ path: `services.inventory.endpoints.item.${path}` }]);
  });

  it.each([
    [{ retry: { minDelayMs: 20, maxDelayMs: 20, statuses: [400, 599], budget: 0 } }],
    [{ retry: { budget: 1, statuses: [] }, breaker: { failureRatio: 1 } }],
    [{ bulkhead: { maxConcurrent: 1, maxQueued: 0 }, maxRedirects: 0 }],
  ])("is none at the bounds: %j", (members) => {
    expect(problemsOf(members)).toEqual([]);
  });
});
