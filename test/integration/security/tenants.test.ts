import { HttpClientOptions, type ServiceAuthConfig, type TenantContext } from "behalf";
import { describe, expect, it } from "vitest";
import { readBasicClient, readClaims } from "../../support/read-claims.ts";
import { the } from "../../support/the.ts";
import { openTenants, startHome, startTenant } from "../delegation/open-tenants.ts";
import { createOwnAuthConfig } from "./own-auth-config.ts";

const byHeader = ({ header }: TenantContext): string | undefined => header("x-tenant");
const byClaim = ({ caller }: TenantContext): string | undefined => {
  const tenant = caller?.claims?.tid;
  return typeof tenant === "string" ? tenant : undefined;
};

async function openFor(tenant: (context: TenantContext) => string | undefined, auth = {}) {
  const home = await startHome();
  const acme = await startTenant("acme", home);
  const opened = await openTenants(home, [acme], { settings: { tenant }, auth });
  const { behalf, backend } = opened;
  const call = async (authConfig: ServiceAuthConfig, named?: string) => {
    const options = new HttpClientOptions({ authConfig, tenant: named });
    const client = await behalf.httpServiceProvider.getClient(options, { baseAddress: backend.url });
    return client.ok ? client.value.send({ url: "/" }) : client;
  };
  const counts = () => [home.count("token"), acme.as.count("token"), backend.requests.length];
  return { ...opened, home, acme: acme.as, call, counts };
}

const ofAcme = { "x-tenant": "acme" };

describe("a service given as auth configuration", () => {
  it("asks the tenant's server, in a request of a tenant, with the service's target and authentication", async () => {
    const auth = { resource: the.resource, clientAuthentication: "client_secret_post" } as const;
    const { behalf, home, acme, call, backend, requestOf } = await openFor(byHeader, auth);
    const request = await requestOf({}, ofAcme);
    expect(await request.run(() => call(behalf.service("inventory")))).toMatchObject({ ok: true });
    const { form, headers } = acme.tokenRequest();
    expect(Object.fromEntries(form)).toMatchObject({
      grant_type: the.tokenExchangeGrant,
      audience: the.audience,
      resource: the.resource,
      client_id: "client-of-acme",
      client_secret: "secret-of-acme",
    });
    expect([headers.authorization, home.count("token")]).toEqual([undefined, 0]);
    expect(readClaims(backend.request().token)).toMatchObject({ iss: acme.issuer, sub: the.alice });
  });

  it("asks the root's server with the same where there is no tenant", async () => {
    const auth = {
      resource: the.resource,
      clientAuthentication: "client_secret_post",
      requestedTokenType: the.jwtTokenType,
    } as const;
    const { behalf, home, call, requestOf } = await openFor(byHeader, auth);
    const request = await requestOf();
    expect(await request.run(() => call(behalf.service("inventory")))).toMatchObject({ ok: true });
    const { form, headers } = home.tokenRequest();
    expect(headers.authorization).toBeUndefined();
    expect(Object.fromEntries(form)).toMatchObject({
      audience: the.audience,
      resource: the.resource,
      requested_token_type: the.jwtTokenType,
      client_id: the.clientId,
    });
  });

  it("asks for the kind of token that the service asks for", async () => {
    const auth = { requestedTokenType: the.jwtTokenType };
    const { behalf, acme, call, requestOf } = await openFor(byHeader, auth);
    const request = await requestOf({}, ofAcme);
    await request.run(() => call(behalf.service("inventory")));
    expect(acme.tokenRequest().form.get("requested_token_type")).toBe(the.jwtTokenType);
  });

  it("is refused for a tenant that is not known", async () => {
    const { behalf, call, counts, requestOf } = await openFor(byHeader);
    const error = { code: "BEHALF_CONFIG_INVALID", configPath: "tenants" };
    const [named, chosen] = [await requestOf(), await requestOf({}, { "x-tenant": "globex" })];
    for (const name of ["inventory", "own"] as const) {
      expect(await named.run(() => call(behalf.service(name), "globex"))).toMatchObject({ ok: false, error });
      expect(await chosen.run(() => call(behalf.service(name)))).toMatchObject({ ok: false, error });
    }
    expect(counts()).toEqual([0, 0, 0]);
  });
});

describe("a program's own auth configuration", () => {
  it("is refused in a call for a tenant that it does not know of", async () => {
    const { call, counts, requestOf } = await openFor(byHeader);
    const error = { code: "BEHALF_CONFIG_INVALID", configPath: "own" };
    const own = createOwnAuthConfig();
    const request = await requestOf({}, ofAcme);
    expect(await request.run(() => call(own))).toMatchObject({ ok: false, error });
    expect(await call(own, "acme")).toMatchObject({ ok: false, error });
    expect(counts()).toEqual([0, 0, 0]);
  });

  it("is used in a call without a tenant", async () => {
    const { call, counts, requestOf } = await openFor(byHeader);
    const request = await requestOf();
    expect(await request.run(() => call(createOwnAuthConfig()))).toMatchObject({ ok: true });
    expect(counts()).toEqual([1, 0, 1]);
  });

  it("is asked for what stands for it in the tenant", async () => {
    const { behalf, call, counts, requestOf } = await openFor(byHeader);
    const forTenant = (tenant: string) => behalf.service("own").forTenant(tenant);
    const request = await requestOf({}, ofAcme);
    expect(await request.run(() => call(createOwnAuthConfig({ forTenant })))).toMatchObject({ ok: true });
    expect(await call(createOwnAuthConfig({ forTenant }), "globex")).toMatchObject({
      ok: false,
      error: { configPath: "tenants" },
    });
    expect(counts()).toEqual([0, 1, 1]);
  });
});

describe("work as the service, in a request of a tenant that a claim tells", () => {
  it("is done as the tenant's client", async () => {
    const { behalf, home, acme, requestOf } = await openFor(byClaim);
    const request = await requestOf({ tid: "acme" });
    await request.run(() => behalf.asService(() => behalf.service("own").get("/").unwrap()));
    expect(readBasicClient(acme.tokenRequest().headers.authorization)).toEqual({
      id: "client-of-acme",
      secret: "secret-of-acme",
    });
    expect(home.count("token")).toBe(0);
  });
});
