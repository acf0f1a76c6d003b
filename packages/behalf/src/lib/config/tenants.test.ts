import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf } from "../../../../../test/support/configure.ts";
import type { AuthNode } from "./auth-node.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";
import { isTenantName } from "./tenant-name.ts";

const host = "https://inventory.example.com";
const template = "https://login.example.com/{tenant}/v2.0";
const tenants = {
  acme: { clientId: "acme-client", clientSecret: "acme-secret", audience: "acme", scope: "acme:read" },
  globex: { authority: "https://login.globex.example" },
};

/** The endpoint of the least configuration, with settings at every level above it. */
function endpointIn(members: Readonly<Record<string, unknown>>, service: object = {}): AuthNode {
  const inventory = { host, endpoints: { item: "/items/{sku}" }, ...service };
  return endpointOf(configure({ tenants, services: { inventory }, ...members })).auth;
}

describe("a tenant", () => {
  it("says more than the root", () => {
    const node = endpointIn({ scope: "root:read" }).forTenant("acme");
    expect([node?.clientId, node?.clientSecret?.value(), String(node?.scope)]).toEqual([
      "acme-client",
      "acme-secret",
      "acme:read",
    ]);
  });

  it("says less than serviceDefaults, the service and the endpoint", () => {
    const item = { path: "/", audience: "endpoint" };
    const service = { scope: "service", endpoints: { item } };
    const node = endpointIn({ serviceDefaults: { clientId: "defaults" } }, service).forTenant("acme");
    expect([node?.clientId, String(node?.scope), String(node?.audience)]).toEqual(["defaults", "service", "endpoint"]);
  });

  it("keeps the path of the node, and stands in the settings", () => {
    const node = endpointIn({});
    expect(node.forTenant("acme")).toMatchObject({ configPath: node.configPath, settings: { tenant: "acme" } });
    expect(node.settings.tenant).toBeUndefined();
    expect(node.forTenant("acme")?.parent?.parent?.parent).toMatchObject({ configPath: "tenants.acme" });
  });

  it("has its own authority, else the root's", () => {
    const node = endpointIn({});
    expect(node.forTenant("globex")?.settings.authority).toBe("https://login.globex.example");
    expect(node.forTenant("acme")?.settings.authority).toBeUndefined();
    expect(node.forTenant("acme")?.authority).toBe("https://login.example.com");
  });

  it("is not asked at the root's token endpoint when it has another authority", () => {
    const node = endpointIn({ tokenEndpoint: "https://login.example.com/token" });
    expect(node.forTenant("acme")?.settings.tokenEndpoint).toBe("https://login.example.com/token");
    expect(node.forTenant("globex")?.settings.tokenEndpoint).toBeUndefined();
  });

  it("is made once", () => {
    const node = endpointIn({});
    expect(node.forTenant("acme")).toBe(node.forTenant("acme"));
    expect(node.forTenant("acme")?.parent).toBe(node.parent?.forTenant("acme"));
    expect(node.forTenant("acme")?.settings).toBe(node.forTenant("acme")?.settings);
  });

  it("of the root is the tenant itself", () => {
    const { root } = configure({ tenants });
    expect(root.forTenant("acme")).toMatchObject({ clientId: "acme-client", configPath: "tenants.acme" });
  });

  it("has the first server of an identity assertion from its own settings", () => {
    const service = { grantType: "identityAssertion", authority: "https://second.example", clientSecret: "second" };
    const node = endpointIn({ tenants: { acme: tenants.acme } }, service);
    expect(node.identityProvider?.clientId).toBe("orders-api");
    expect(node.forTenant("acme")?.identityProvider?.clientId).toBe("acme-client");
  });
});

describe("a tenant that is not configured", () => {
  it("is none where the authority has no place for it", () => {
    expect(endpointIn({}).forTenant("initech")).toBeUndefined();
    expect(endpointIn({}).forTenant("__proto__")).toBeUndefined();
  });

  it("stands in the authority and the token endpoint where they have a place for it", () => {
    const node = endpointIn({ authority: template, tokenEndpoint: "https://login.example.com/{tenant}/token" });
    expect(node.forTenant("initech")?.settings).toMatchObject({
      tenant: "initech",
      authority: "https://login.example.com/initech/v2.0",
      tokenEndpoint: "https://login.example.com/initech/token",
    });
  });

  it.each(["a/b", "..", "a..b", "", ".a", "-a", "a b", "a%2f", "ä", "a".repeat(129), "a\n"])(
    "is not named %j",
    (name) => {
      expect(endpointIn({ authority: template }).forTenant(name)).toBeUndefined();
      expect(isTenantName(name)).toBe(false);
    },
  );

  it("shares one memory with the others, of 10,000 nodes", () => {
    const node = configure({ authority: template }).root;
    const first = node.forTenant("t0");
    expect(node.forTenant("t0")).toBe(first);
    for (let index = 1; index <= 10_000; index++) node.forTenant(`t${index}`);
    expect(node.forTenant("t10000")).toBe(node.forTenant("t10000"));
    expect(node.forTenant("t0")).not.toBe(first);
  });
});

describe("an authority with a place for a tenant", () => {
  it("cannot be used without one", () => {
    const node = endpointIn({ authority: template });
    expect([node.tenantMissing, node.forTenant("acme")?.tenantMissing]).toEqual([true, false]);
    expect(endpointIn({}).tenantMissing).toBe(false);
  });

  it("may have it in its host, before a fixed domain", () => {
    const node = endpointIn({ authority: "https://{tenant}.login.example.com" });
    expect(node.forTenant("acme")?.authority).toBe("https://acme.login.example.com");
  });

  it.each(["https://{tenant}", "https://login.{tenant}", "https://login.{tenant}/v2", "https://{tenant}:443/a"])(
    "is refused where a name could choose the host: %s",
    (authority) => {
      expect(() => configure({ authority })).toThrow(/Let a fixed domain follow \{tenant\} in the host/);
    },
  );
});

describe("the checks of tenants", () => {
  const grant = { grantType: "clientCredentials" } as const;

  it("ask for credentials in every tenant, and not without one", () => {
    const own = { acme: tenants.acme, globex: { ...tenants.globex, clientId: "g", clientSecret: "s" } };
    const resolve = (given: object) =>
      resolveConfiguration(
        {
          authority: "https://login.example.com",
          serviceDefaults: grant,
          tenants: { ...given },
          services: { inventory: host },
        },
        { environment: false },
      );
    expect(resolve(own).problems).toEqual([]);
    expect(resolve(tenants).problems).toMatchObject([
      { path: "services.inventory.clientId", given: "nothing, here or above (for the tenant globex)" },
      { path: "services.inventory.clientSecret" },
    ]);
  });

  it("refuse a service's token endpoint that is foreign to a tenant", () => {
    const inventory = { host, ...grant, tokenEndpoint: "https://login.example.com/token" };
    const globex = { ...tenants.globex, clientSecret: "s" };
    expect(configure({ tenants: { ...tenants, globex }, services: { inventory } }).problems).toMatchObject([
      { path: "services.inventory.tokenEndpoint", given: expect.stringMatching(/\(for the tenant globex\)$/) },
    ]);
  });

  it.each([
    ["a name that is none", { "a/b": {} }, "tenants.a/b"],
    ["an unprotected authority", { acme: { authority: "http://acme.example" } }, "tenants.acme.authority"],
    ["a misspelt setting", { acme: { clientID: "a" } }, "tenants.acme.clientID"],
    ["a setting that no tenant has", { acme: { grantType: "none" } }, "tenants.acme.grantType"],
  ])("refuse %s", (_, wrong, configPath) => {
    expect(() => configure({ tenants: wrong })).toThrow(expect.objectContaining({ configPath }));
  });

  it("name the known settings of a tenant", () => {
    expect(() => configure({ tenants: { acme: { clientID: "a" } } })).toThrow(/Write "clientId"/);
  });
});

describe("tenants beside services", () => {
  it("may have any name", () => {
    const named = { proxy: { clientId: "a" }, clientSecret: { clientId: "b" } };
    const { root } = configure({ tenants: named });
    expect(root.forTenant("clientSecret")?.clientId).toBe("b");
    expect(serviceOf(configure({ tenants: named, services: { proxy: { host } } }), "proxy").origin).toBe(host);
  });
});
