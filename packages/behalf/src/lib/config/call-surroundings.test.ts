import { describe, expect, it } from "vitest";
import { configure, serviceOf } from "../../../../../test/support/configure.ts";
import { describeConfiguration } from "./describe-configuration.ts";

const host = "https://inventory.example.com";

describe("the header of what is left of the time", () => {
  const told = (configPath: string) => expect.objectContaining({ configPath });

  it("is none unless configured, and in lower case", () => {
    expect(configure().deadlineHeader).toBeUndefined();
    expect(configure({ deadlineHeader: "X-Time-Left-Ms" }).deadlineHeader).toBe("x-time-left-ms");
    expect(configure({}, { environment: { BEHALF__DEADLINE_HEADER: "X-A" } }).deadlineHeader).toBe("x-a");
  });

  it("is described", () => {
    expect(describeConfiguration(configure({ deadlineHeader: "X-A" })).settings).toMatchObject({
      deadlineHeader: { value: "x-a", source: "code" },
    });
    expect(describeConfiguration(configure()).settings).not.toHaveProperty("deadlineHeader");
  });

  it.each(["Authorization", "dpop", "Host", "x request", ""])("cannot be %j", (deadlineHeader) => {
    expect(() => configure({ deadlineHeader })).toThrow(told("deadlineHeader"));
  });

  it.each([
    ["the message id by default", { deadlineHeader: "X-Request-ID" }],
    ["the message id", { deadlineHeader: "x-a", messageIdHeader: "X-A" }],
    ["the message id of a preset", { deadlineHeader: "api-flow-id", preset: "apigee" }],
    ["the token", { deadlineHeader: "x-token", inbound: { audience: "a", authorizationHeader: "X-Token" } }],
    ["a certificate", { deadlineHeader: "x-c", inbound: { audience: "a", clientCertificateHeader: "X-C" } }],
  ])("cannot be the one that carries %s", (_, members) => {
    expect(() => configure(members)).toThrow(told("deadlineHeader"));
  });
});

describe("hooks", () => {
  const [first, second, third, fourth] = [() => undefined, () => undefined, () => undefined, () => undefined];
  const withHooks = (defaults: object, own: object) =>
    configure({ serviceDefaults: defaults, services: { inventory: { host, ...own } } });

  it("are none unless given", () => {
    expect(serviceOf(configure())).toMatchObject({ onRequest: [], onResponse: [] });
  });

  it("stand in order, those of all services first", () => {
    const configuration = withHooks(
      { onRequest: first, onResponse: [first, second] },
      { onRequest: [second, third], onResponse: fourth },
    );
    const { onRequest, onResponse } = serviceOf(configuration);
    expect(onRequest).toEqual([first, second, third]);
    expect(onResponse).toEqual([first, second, fourth]);
    expect([onRequest, onResponse].map((hooks) => Object.isFrozen(hooks))).toEqual([true, true]);
  });

  it("are described by their number", () => {
    const { services } = describeConfiguration(withHooks({ onRequest: first }, { onRequest: [second, third] }));
    expect(services.inventory?.settings.onRequest?.value).toBe("3 given");
    expect(services.inventory?.settings).not.toHaveProperty("onResponse");
  });

  it.each([
    [{ onRequest: "a" }, "onRequest"],
    [{ onRequest: [] }, "onRequest"],
    [{ onResponse: [first, 5] }, "onResponse.1"],
  ])("are functions: %j", (given, path) => {
    expect(() => withHooks(given, {})).toThrow(expect.objectContaining({ configPath: `serviceDefaults.${path}` }));
    const { services } = withHooks({}, given);
    expect(services.get("inventory")).toMatchObject({
      problems: [{ path: `services.inventory.${path}`, fix: "Give a function, or a list of functions." }],
    });
  });

  it.each([
    ["the root", { onRequest: first }, "onRequest"],
    ["a tenant", { tenants: { acme: { onRequest: first } } }, "tenants.acme.onRequest"],
  ])("cannot stand at %s", (_, members, configPath) => {
    expect(() => configure(members)).toThrow(expect.objectContaining({ configPath }));
  });
});

describe("what is worth a second look", () => {
  const warningsOf = (members: object) => describeConfiguration(configure({ ...members })).warnings;
  const clear = "http://localhost:8080";

  it.each([
    [{ services: { a: { host: clear, connections: { http2: true } } } }, "services.a.connections.http2"],
    [{ connections: { http2: true }, services: { a: { host: clear } } }, "connections.http2"],
    [
      { services: { a: { host: clear, endpoints: { b: { path: "/", connections: { http2: true } } } } } },
      "services.a.endpoints.b.connections.http2",
    ],
    [
      { services: { a: { host: clear, connections: { http2: true, socketPath: "/run/a" } } } },
      "services.a.connections.http2",
    ],
  ])("is HTTP/2 at an http host: %j", (members, path) => {
    expect(warningsOf(members)).toMatchObject([
      { path, given: `HTTP/2 for ${clear}`, fix: expect.stringMatching(/https/) },
    ]);
  });

  it("is a socket that every service is looked for at", () => {
    expect(warningsOf({ serviceDefaults: { connections: { socketPath: "/run/a" } } })).toMatchObject([
      { path: "serviceDefaults.connections.socketPath", given: `a socket for ${host} as well` },
    ]);
  });

  it("is nothing else of connections", () => {
    const inventory = { host, connections: { http2: true, socketPath: "/run/a" } };
    expect(warningsOf({ services: { inventory, plain: clear } })).toEqual([]);
  });
});
