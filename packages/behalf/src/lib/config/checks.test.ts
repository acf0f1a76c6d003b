import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf } from "../../../../../test/support/configure.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { grantTypeNames, readGrantType } from "./grant-type.ts";
import { allowInsecureRequests } from "./options.ts";

const host = "https://inventory.example.com";
const wrong = { host: "no-url", endpoints: { item: "/items" } };

const problemsOf = (members: Readonly<Record<PropertyKey, unknown>>): readonly string[] =>
  configure(members).problems.map(({ path }) => path);

describe("short forms", () => {
  it("are a URL for a service, with one endpoint of its name", () => {
    const service = serviceOf(configure({ services: { inventory: `${host}/v1/` } }));
    expect(service).toMatchObject({ origin: host, basePath: "/v1" });
    expect([...service.endpoints.keys()]).toEqual(["inventory"]);
  });

  it("are a path for an endpoint", () => {
    expect(endpointOf(configure()).path).toEqual(["/items/", { name: "sku", optional: false }]);
  });

  it.each([`${host}/?a=b`, `${host}/#a`, "https://alice:secret@inventory.example.com", "inventory"])(
    "are refused for a service when they say more: %s",
    (url) => {
      expect(problemsOf({ services: { inventory: url } })).toEqual(["services.inventory.host"]);
    },
  );
});

describe("a wrong service", () => {
  it("does not stop the others", () => {
    const configuration = configure({ services: { wrong, inventory: { host } } });
    expect(configuration.problems.map(({ path }) => path)).toEqual(["services.wrong.host"]);
    expect(serviceOf(configuration).origin).toBe(host);
  });

  it("stops the start under strict", () => {
    expect(() => configure({ strict: true, services: { wrong, inventory: { host } } })).toThrow(
      expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", configPath: "services.wrong.host" }),
    );
  });

  it("may be wrong in one endpoint only", () => {
    const configuration = configure({ services: { inventory: { host, endpoints: { bad: "items", item: "/items" } } } });
    expect(configuration.problems.map(({ path }) => path)).toEqual(["services.inventory.endpoints.bad.path"]);
    expect(endpointOf(configuration).name).toBe("item");
    expect(Object.keys(describeConfiguration(configuration).services.inventory?.endpoints ?? {})).toEqual(["item"]);
  });

  it("is told together with a wrong root, without what only the root could give", () => {
    const services = { wrong, inventory: { host, grantType: "tokenExchange" } };
    expect(() => configure({ authority: "no-url", services })).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ path: "authority" }),
          expect.objectContaining({ path: "services.wrong.host" }),
        ],
      }),
    );
  });
});

describe("grant types", () => {
  it.each([
    ["tokenexchange", "tokenExchange"],
    ["TOKENEXCHANGE", "tokenExchange"],
    ["TX", "tokenExchange"],
    ["cc", "clientCredentials"],
    ["Au", "automatic"],
    [" none ", "none"],
  ])("are read in any case: %s", (name, grantType) => {
    expect(readGrantType(name)).toBe(grantType);
  });

  it.each(grantTypeNames)("accept %s", (name) => {
    expect(readGrantType(name)).toBeDefined();
  });

  it("are refused at every level when unknown", () => {
    const inventory = { host, endpoints: { item: { path: "/", grantType: "tokenExchnage" } } };
    expect(problemsOf({ services: { inventory } })).toEqual(["services.inventory.endpoints.item.grantType"]);
    expect(() => configure({ serviceDefaults: { grantType: "x" } })).toThrow(/serviceDefaults.grantType/);
  });

  it("need a client id and a secret", () => {
    const members = { clientId: "a", services: { inventory: { host, grantType: "cc" } } };
    const options = { ...members, clientSecret: "s" };
    expect(problemsOf(options)).toEqual([]);
    expect(() => configure({ ...options, clientSecret: undefined })).toThrow(/clientSecret: nothing/);
  });
});

describe("methods", () => {
  it.each([
    ["get", ["GET"]],
    ["GET, post", ["GET", "POST"]],
    [
      ["get", "Post"],
      ["GET", "POST"],
    ],
  ])("are a text or a list in any case: %j", (methods, expected) => {
    const item = { path: "/", methods };
    const endpoint = endpointOf(configure({ services: { inventory: { host, endpoints: { item } } } }));
    expect([...(endpoint.methods ?? [])]).toEqual(expected);
  });

  it("are all where none is named", () => {
    expect(endpointOf(configure()).methods).toBeUndefined();
  });

  it.each([[["BREW"]], ["get,brew"], [[]], [5]])("refuse %j", (methods) => {
    const item = { path: "/", methods };
    const [problem] = configure({ services: { inventory: { host, endpoints: { item } } } }).problems;
    expect(problem?.path).toMatch(/^services\.inventory\.endpoints\.item\.methods/);
    expect(problem?.fix).toBe("Give methods such as GET or [GET, POST].");
  });
});

describe("http", () => {
  it.each(["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1"])("reaches this machine: %s", (url) => {
    expect(serviceOf(configure({ authority: url, services: { inventory: { host: url } } })).origin).toBe(url);
  });

  it.each(["http://inventory.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com"])(
    "is refused beyond: %s",
    (url) => {
      expect(problemsOf({ services: { inventory: { host: url } } })).toEqual(["services.inventory.host"]);
      expect(() => configure({ authority: url })).toThrow(/authority: an unprotected URL/);
    },
  );

  it("is allowed by the dangerous switch, in code only", () => {
    const members = { authority: "http://as.example.com", services: { inventory: { host: "http://a.example.com" } } };
    expect(configure({ ...members, [allowInsecureRequests]: true }).insecureRequestsAllowed).toBe(true);
    expect(() => configure({ ...members, allowInsecureRequests: true })).toThrow(/an unknown key/);
    expect(() => configure({ ...members, [allowInsecureRequests]: "true" })).toThrow(/unprotected/);
  });

  it("does not make other schemes good", () => {
    expect(() => configure({ authority: "ftp://as.example.com", [allowInsecureRequests]: true })).toThrow(/authority/);
  });
});

describe("a resolved configuration", () => {
  it("is frozen at every node", () => {
    const configuration = configure({ inbound: { audience: "orders" } });
    const { inbound, root } = configuration;
    const nodes = [
      configuration,
      root,
      serviceOf(configuration),
      endpointOf(configuration),
      inbound,
      inbound?.authenticators,
      inbound?.authenticators[0],
      inbound?.authenticators[0].algorithms,
      inbound?.identity,
    ];
    expect(nodes.filter((node) => !Object.isFrozen(node))).toEqual([]);
  });

  it("does not change with the options that it was made of", () => {
    const scope = ["a"];
    const algorithms = ["ES256"];
    const configuration = configure({ scope, inbound: { audience: "orders", algorithms } });
    scope.push("b");
    algorithms.push("RS256");
    expect([...configuration.root.scope]).toEqual(["a"]);
    expect(configuration.inbound?.authenticators[0].algorithms).toEqual(["ES256"]);
  });

  it("leaves the options as they were", () => {
    const services = Object.freeze({ inventory: Object.freeze({ host, endpoints: Object.freeze({ item: "/" }) }) });
    expect(endpointOf(configure(Object.freeze({ services }))).name).toBe("item");
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("may have a service named %s", (name) => {
    const services: unknown = JSON.parse(`{ "${name}": { "host": "${host}", "endpoints": { "${name}": "/a" } } }`);
    const configuration = configure({ services });
    expect(serviceOf(configuration, name).origin).toBe(host);
    expect(Object.hasOwn(describeConfiguration(configuration).services, name)).toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("refuses __proto__ as a setting", () => {
    const members: object = JSON.parse('{ "serviceDefaults": { "__proto__": { "clientId": "evil" } } }');
    expect(() => configure({ ...members })).toThrow(/serviceDefaults.__proto__: an unknown key/);
  });

  it("takes objects without a prototype", () => {
    const services = Object.assign(Object.create(null), { inventory: Object.assign(Object.create(null), { host }) });
    expect(serviceOf(configure({ services })).origin).toBe(host);
  });
});
