import { describe, expect, it } from "vitest";
import { someCaller } from "../../../../../test/support/some-caller.ts";
import { AuthNode } from "../config/auth-node.ts";
import type { TenantContext } from "../config/options.ts";
import type { OwnAuth } from "../config/own-auth.ts";
import type { ServiceAuthConfig } from "../config/service-auth-config.ts";
import { RequestContext } from "../context/request-context.ts";
import type { Scope } from "../context/scope.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";
import { createForTenant } from "./for-tenant.ts";

const authority = "https://as.example";
const tenants = new Map<string, OwnAuth>([["acme", { authority: "https://acme.example" }]]);
const root = new AuthNode("", { authority }, { tenants });
const service = new AuthNode("services.a", { grantType: "tokenExchange" }, root);
const templated = new AuthNode("services.b", { grantType: "tokenExchange", authority: `${authority}/{tenant}` }, root);

function scopeWith(...rawHeaders: readonly string[]): Scope {
  const request = new RequestContext(
    { rawHeaders, setResponseHeader: () => {}, onHangUp: () => {} },
    { messageIdHeader: "x-request-id" },
  );
  return { request, standing: "caller", caller: undefined, capability: undefined };
}

/** What a program would write that answers like a node. */
function wrap(node: AuthNode, changes: Partial<ServiceAuthConfig> = {}): ServiceAuthConfig {
  const { configPath, parent, grantType } = node;
  return {
    configPath,
    parent,
    grantType,
    getClientId: () => node.getClientId(),
    getClientSecret: (...asked) => node.getClientSecret(...asked),
    getScope: () => node.getScope(),
    getConfiguredValue: () => undefined,
    ...changes,
  };
}

const byHeader = ({ header }: TenantContext): string | undefined => header("X-Tenant");
const tenantOf = (config: ServiceAuthConfig): string | undefined => config.settings?.tenant;

describe("forTenant", () => {
  it.each([
    ["is the one that is named", "acme", scopeWith("x-tenant", "globex"), "acme"],
    ["is the one that is chosen", undefined, scopeWith("x-tenant", "acme"), "acme"],
    ["is none where none is chosen", undefined, scopeWith(), undefined],
    ["is none where the header comes twice", undefined, scopeWith("x-tenant", "acme", "X-Tenant", "acme"), undefined],
    ["is none outside of a request", undefined, undefined, undefined],
  ])("%s", (...[, named, scope, expected]) => {
    expect(tenantOf(createForTenant(byHeader)(service, named, scope))).toBe(expected);
  });

  it("gives the same object for the same tenant", () => {
    const forTenant = createForTenant(undefined);
    expect(forTenant(service, "acme", undefined)).toBe(forTenant(service, "acme", undefined));
    expect(forTenant(service, undefined, undefined)).toBe(service);
  });

  it("does not choose again for what is a tenant's already", () => {
    const ofTenant = createForTenant(undefined)(service, "acme", undefined);
    const choose = (): never => {
      throw new Error("asked");
    };
    expect(createForTenant(choose)(ofTenant, "globex", scopeWith())).toBe(ofTenant);
  });

  it("keeps what a call says for itself", () => {
    const own = new DerivedAuthConfig(new DerivedAuthConfig(service, { grantType: "jwtBearer" }), {
      audience: MultiStringValue.from("x"),
    });
    const ofTenant = createForTenant(undefined)(own, "acme", undefined);
    expect([ofTenant.grantType, String(ofTenant.audience), tenantOf(ofTenant)]).toEqual(["jwtBearer", "x", "acme"]);
    expect(ofTenant.settings?.authority).toBe("https://acme.example");
  });

  it("asks the tenant of a request once for each call, with the caller", () => {
    const seen: TenantContext[] = [];
    const forTenant = createForTenant((context) => void seen.push(context));
    forTenant(service, undefined, scopeWith("a", "b"));
    expect(seen).toHaveLength(1);
    expect([seen[0]?.caller, seen[0]?.header("A"), seen[0]?.header("c")]).toEqual([undefined, "b", undefined]);
  });

  it.each(["globex", "", "__proto__"])("refuses a tenant that is not known: %j", (name) => {
    expect(() => createForTenant(undefined)(service, name, undefined)).toThrow(
      expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", configPath: "tenants" }),
    );
  });

  it.each([
    ["a service", "services.b", templated],
    ["what is derived from it", "services.b", new DerivedAuthConfig(templated, { grantType: "jwtBearer" })],
  ])("refuses %s that needs a tenant and has none", (_case, path, config) => {
    expect(() => createForTenant(undefined)(config, undefined, undefined)).toThrow(
      expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", configPath: `${path}.authority` }),
    );
  });

  it("refuses a root that needs a tenant and has none, whatever its own grant", () => {
    const bare = new AuthNode("", { authority: `${authority}/{tenant}`, grantType: "none" });
    expect(() => createForTenant(undefined)(bare, undefined, undefined)).toThrow(
      expect.objectContaining({ configPath: "authority" }),
    );
  });

  it("is asked of what a program wrote itself", () => {
    const own = wrap(service, { forTenant: (name) => service.forTenant(name) });
    expect(tenantOf(createForTenant(undefined)(own, "acme", undefined))).toBe("acme");
    expect(() => createForTenant(undefined)(own, "globex", undefined)).toThrow(
      expect.objectContaining({ configPath: "tenants" }),
    );
  });

  it.each([
    ["as it is", wrap(service)],
    ["derived", new DerivedAuthConfig(wrap(service), { grantType: "jwtBearer" })],
  ])("refuses what a program wrote itself without a way to ask, in a call for a tenant: %s", (_case, own) => {
    const forTenant = createForTenant(byHeader);
    const refused = expect.objectContaining({ code: "BEHALF_CONFIG_INVALID", configPath: "services.a" });
    expect(() => forTenant(own, "acme", undefined)).toThrow(refused);
    expect(() => forTenant(own, undefined, scopeWith("x-tenant", "acme"))).toThrow(refused);
    expect(forTenant(own, undefined, scopeWith())).toBe(own);
  });

  it("knows the caller of the request for work as the service, too", () => {
    const scope = scopeWith();
    scope.request.accept(someCaller({ claims: { tid: "acme" } }));
    const forTenant = createForTenant((context) => String(context.caller?.claims.tid));
    expect(tenantOf(forTenant(service, undefined, { ...scope, standing: "service" }))).toBe("acme");
  });

  it.each(["none", "forward"] as const)("needs no tenant where no authority is asked: %s", (grantType) => {
    const asksNobody = new AuthNode("services.c", { grantType }, templated);
    expect(createForTenant(undefined)(asksNobody, undefined, undefined)).toBe(asksNobody);
  });
});
