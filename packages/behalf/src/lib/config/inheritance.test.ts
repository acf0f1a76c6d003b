import { describe, expect, it } from "vitest";
import { configure, endpointOf } from "../../../../../test/support/configure.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { AuthNode } from "./auth-node.ts";

type Setting = "grantType" | "clientId" | "clientSecret" | "scope" | "audience" | "resource" | "timeoutMs";

const values: Readonly<Record<Setting, readonly [unknown, unknown, unknown, unknown]>> = {
  grantType: ["clientCredentials", "tokenExchange", "none", "clientCredentials"],
  clientId: ["root-id", "defaults-id", "service-id", "endpoint-id"],
  clientSecret: ["root-secret", "defaults-secret", "service-secret", "endpoint-secret"],
  scope: ["root", "defaults", "service", "endpoint"],
  audience: ["root", "defaults", "service", "endpoint"],
  resource: [
    "https://root.example/",
    "https://defaults.example/",
    "https://service.example/",
    "https://endpoint.example/",
  ],
  timeoutMs: [1, 2, 3, 4],
};

const settings = Object.keys(values) as Setting[];

function configureDownTo(setting: Setting, depth: number): AuthNode {
  const at = (level: number): Readonly<Record<string, unknown>> =>
    level <= depth ? { [setting]: values[setting][level] } : {};
  const item = { path: "/items/{sku}", ...at(3) };
  const inventory = { host: "https://inventory.example.com", endpoints: { item }, ...at(2) };
  return endpointOf(configure({ ...at(0), serviceDefaults: at(1), services: { inventory } })).auth;
}

const read = (node: AuthNode, setting: Setting): string => {
  const value = node[setting];
  return typeof value === "object" && "value" in value ? value.value() : String(value);
};

describe.each(settings)("%s", (setting) => {
  it.each([0, 1, 2, 3])("comes from the nearest level that has it: %i", (depth) => {
    expect(read(configureDownTo(setting, depth), setting)).toBe(String(values[setting][depth]));
  });
});

describe("an endpoint", () => {
  it("has its service, the defaults and the root above it", () => {
    const { auth } = endpointOf(configure());
    const paths = [auth, auth.parent, auth.parent?.parent, auth.parent?.parent?.parent].map((node) => node?.configPath);
    expect(paths).toEqual(["services.inventory.endpoints.item", "services.inventory", "serviceDefaults", ""]);
  });

  it.each(["inherited", "Inherited", " INHERITED "])("takes the grant type from above when it says %j", (grantType) => {
    const inventory = { host: "https://a.example", endpoints: { item: { path: "/", grantType } } };
    const { auth } = endpointOf(configure({ grantType: "tokenExchange", services: { inventory } }));
    expect(auth.grantType).toBe("tokenExchange");
  });

  it("asks for no token unless told", () => {
    expect(endpointOf(configure()).auth.grantType).toBe("none");
  });
});

const secretOf = async (node: AuthNode | undefined): Promise<string> =>
  (await node?.getClientSecret())?.unwrap().value() ?? "";

describe("an auth configuration", () => {
  const inventory = {
    host: "https://a.example",
    clientSecret: "service-secret",
    scope: "a b",
    endpoints: { item: { path: "/", scope: "c" } },
  };
  const { auth } = endpointOf(configure({ services: { inventory } }));

  it("answers with outcomes", async () => {
    expect(auth.getClientId().unwrap()).toBe("orders-api");
    expect(await secretOf(auth)).toBe("service-secret");
    expect(auth.clientSecret?.value()).toBe("service-secret");
    expect(auth.getScope().unwrap().toString()).toBe("c");
  });

  it("knows which values stand in this very node", () => {
    expect(String(auth.getConfiguredValue("scope"))).toBe("c");
    expect(auth.getConfiguredValue("clientSecret")).toBeUndefined();
    expect(String(auth.getConfiguredValue("audience", "resource", "scope"))).toBe("c");
    expect(String(auth.parent?.getConfiguredValue("clientSecret"))).toBe("[redacted]");
  });

  it("falls back to a default scope only where none is configured", () => {
    const options = { default: MultiStringValue.from("fallback") };
    expect(String(auth.getScope(undefined, options).unwrap())).toBe("c");
    expect(String(new AuthNode("", {}).getScope(undefined, options).unwrap())).toBe("fallback");
  });

  it("names the path and the fix of a credential that is missing", () => {
    const node = new AuthNode("services.inventory", {});
    expect(node.getClientId()).toMatchObject({
      ok: false,
      error: { code: "BEHALF_CONFIG_INVALID", configPath: "services.inventory.clientId" },
    });
    expect(node.getClientSecret()).toMatchObject({ error: { configPath: "services.inventory.clientSecret" } });
  });
});
