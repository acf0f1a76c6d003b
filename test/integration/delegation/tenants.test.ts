import { fromProvider, HttpClientOptions, type TenantContext } from "behalf";
import { describe, expect, it } from "vitest";
import { openRequest } from "../../support/open-behalf.ts";
import { readBasicClient, readClaims } from "../../support/read-claims.ts";
import { fault, type ScriptedAs } from "../../support/scripted-as.ts";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createEncryptionKey } from "./open-detach.ts";
import { openTenants, startHome, startTenant, type Tenant, type TenantChanges } from "./open-tenants.ts";

const byHeader = { tenant: ({ header }: TenantContext) => header("X-Tenant") };
const byClaim = { tenant: ({ caller }: TenantContext) => caller?.claims.tid as string | undefined };

async function startTwo(): Promise<{ readonly home: ScriptedAs; readonly acme: Tenant; readonly globex: Tenant }> {
  const home = await startHome();
  const [acme, globex] = await Promise.all([startTenant("acme", home), startTenant("globex", home)]);
  return { home, acme, globex };
}

const issuerOf = (token: string | undefined): string | undefined => readClaims(token).iss;
const clientsOf = ({ as }: Tenant): readonly string[] =>
  as.tokenRequests.map(({ headers }) => readBasicClient(headers.authorization).id);

describe("the tenant of a call", () => {
  it("is chosen by a header of the request", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme, globex], { settings: byHeader });
    for (const tenant of ["acme", "globex", "acme"]) {
      const request = await requestOf({}, { "x-tenant": tenant });
      await request.run(() => behalf.service("inventory").get("/").unwrap());
    }
    expect(backend.requests.map(({ token }) => issuerOf(token))).toEqual(
      [acme, globex, acme].map(({ as }) => as.issuer),
    );
    expect([clientsOf(acme), clientsOf(globex)]).toEqual([["client-of-acme", "client-of-acme"], ["client-of-globex"]]);
    expect(home.count("token")).toBe(0);
  });

  it("is chosen by a claim of the caller", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme, globex], { settings: byClaim });
    const request = await requestOf({ tid: "globex" });
    await request.run(() => behalf.service("inventory").get("/").unwrap());
    expect(readClaims(backend.request().token)).toMatchObject({ iss: globex.as.issuer, sub: the.alice });
    expect(acme.as.requests).toEqual([]);
  });

  it.each(["acme", undefined])("is asked for once: %s", async (chosen) => {
    const { home, acme, globex } = await startTwo();
    let asked = 0;
    const tenant = (): string | undefined => {
      asked += 1;
      return chosen;
    };
    const { behalf, requestOf } = await openTenants(home, [acme, globex], { settings: { tenant } });
    const request = await requestOf({});
    await request.run(() => behalf.service("inventory").get("/").unwrap());
    expect(asked).toBe(1);
  });

  it("is not chosen by a header that comes twice", async () => {
    const { home, acme, globex } = await startTwo();
    const { behalf } = await openTenants(home, [acme, globex], { settings: byHeader });
    const token = await home.issue(some.claims());
    const context = behalf.receive({
      rawHeaders: ["authorization", `Bearer ${token}`, "x-tenant", "acme", "X-Tenant", "globex"],
      setResponseHeader() {},
      onHangUp() {},
    });
    await behalf.authenticateCaller(context);
    await behalf.context.run(context, () => behalf.service("inventory").get("/").unwrap());
    expect([home.count("token"), acme.as.count("token"), globex.as.count("token")]).toEqual([1, 0, 0]);
  });

  it("is the one that the call names, whatever else would be chosen", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme, globex], { settings: byHeader });
    const request = await requestOf({}, { "x-tenant": "acme" });
    await request.run(() => behalf.service("inventory").get("/", { tenant: "globex" }).unwrap());
    await request.run(() => behalf.service("inventory").get("/").unwrap());
    expect(backend.requests.map(({ token }) => issuerOf(token))).toEqual([globex.as.issuer, acme.as.issuer]);
  });

  it("is the one of the client's options", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf } = await openTenants(home, [acme, globex]);
    const { authConfig } = behalf.service("own");
    const options = new HttpClientOptions({ authConfig }).withTenant("globex");
    const client = await behalf.httpServiceProvider.getClient(options, { baseAddress: backend.url }).unwrap();
    await client.send({ url: "/" }).unwrap();
    const clientOptions = options.withTenant("acme");
    await behalf.service("own").get("/", { clientOptions }).unwrap();
    expect(backend.requests.map(({ token }) => issuerOf(token))).toEqual([globex.as.issuer, acme.as.issuer]);
  });

  it("is kept when a backend wants another token", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme, globex], { settings: byHeader });
    const request = await requestOf({}, { "x-tenant": "acme" });
    await request.run(() => behalf.service("inventory").get("/", { tenant: "globex" }).unwrap());
    backend.refuse(backend.request().token ?? "");
    await request.run(() => behalf.service("inventory").get("/", { tenant: "globex" }).unwrap());
    expect(new Set(backend.requests.map(({ token }) => issuerOf(token)))).toEqual(new Set([globex.as.issuer]));
  });

  it("is none where none is chosen: the root's", async () => {
    const { home, acme } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme], { settings: byHeader });
    await (await requestOf()).run(() => behalf.service("inventory").get("/").unwrap());
    expect(issuerOf(backend.request().token)).toBe(home.issuer);
  });
});

describe("a tenant that cannot be found", () => {
  it.each(["initech", "__proto__", "constructor", "", "../acme", "ACME"])("is a typed error: %j", async (tenant) => {
    const { home, acme } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme], { settings: byHeader });
    const request = await requestOf({}, { "x-tenant": tenant });
    const error = { code: "BEHALF_CONFIG_INVALID", configPath: "tenants" };
    for (const name of ["inventory", "own"] as const) {
      expect(await request.run(async () => behalf.service(name).get("/"))).toMatchObject({ ok: false, error });
      expect(await request.run(async () => behalf.service(name).get("/", { tenant }))).toMatchObject({
        ok: false,
        error,
      });
    }
    expect([home.count("token"), acme.as.count("token"), backend.requests.length]).toEqual([0, 0, 0]);
  });

  it("is a typed error where one is needed", async () => {
    const home = await startHome();
    const serviceDefaults = { authority: `${home.url}/{tenant}` };
    const { backend, behalf, requestOf } = await openTenants(home, [], { settings: { serviceDefaults } });
    const request = await requestOf();
    for (const name of ["inventory", "own"] as const) {
      const outcome = await request.run(async () => behalf.service(name).get("/"));
      const error = { code: "BEHALF_CONFIG_INVALID", configPath: `services.${name}.authority` };
      expect(outcome).toMatchObject({ ok: false, error });
    }
    expect([home.count("token"), backend.requests.length]).toEqual([0, 0]);
  });

  it.each(["public", "gateway"] as const)("is nothing to a service that asks nobody: %s", async (name) => {
    const home = await startHome();
    const settings = { serviceDefaults: { authority: `${home.url}/{tenant}` }, ...byHeader };
    const { behalf, requestOf } = await openTenants(home, [], { settings });
    const request = await requestOf();
    expect(await request.run(async () => behalf.service(name).get("/"))).toMatchObject({ ok: true });
  });

  it("is the resolver's error, where that throws", async () => {
    const { home, acme } = await startTwo();
    const tenant = (): string => {
      throw new Error("no directory");
    };
    const { backend, behalf, requestOf } = await openTenants(home, [acme], { settings: { tenant } });
    const outcome = await (await requestOf()).run(async () => behalf.service("inventory").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { message: "no directory" } });
    expect(backend.requests).toEqual([]);
  });
});

describe("an authority with a place for the tenant", () => {
  const startRealm = async () => {
    const home = await startAs({ issuerPath: "/realms/acme" });
    return { home, serviceDefaults: { authority: `${home.url}/realms/{tenant}` } };
  };

  it("is the tenant's own, though the tenant is not listed", async () => {
    const { home, serviceDefaults } = await startRealm();
    const { backend, behalf, requestOf } = await openTenants(home, [], { settings: { serviceDefaults, ...byClaim } });
    const request = await requestOf({ tid: "acme" });
    await request.run(() => behalf.service("inventory").get("/").unwrap());
    expect(issuerOf(backend.request().token)).toBe(`${home.url}/realms/acme`);
  });

  it.each(["..", "a/b", "a%2fb", "acme?x=", "acme#", "@evil.example.com", " acme", "é", "a".repeat(129)])(
    "takes no name that leads elsewhere: %j",
    async (tenant) => {
      const { home, serviceDefaults } = await startRealm();
      const { backend, behalf } = await openTenants(home, [], { settings: { serviceDefaults } });
      const outcome = await behalf.service("own").get("/", { tenant });
      expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID", configPath: "tenants" } });
      expect([home.requests.length, backend.requests.length]).toEqual([0, 0]);
    },
  );

  it("asks for its metadata, and believes no other issuer's", async () => {
    const { home, serviceDefaults } = await startRealm();
    const { backend, behalf } = await openTenants(home, [], { settings: { serviceDefaults } });
    home.faults.always("unknown", fault.status(200, {}, JSON.stringify(some.metadata(home.issuer))));
    const outcome = await behalf.service("own").get("/", { tenant: "globex" });
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_UNREADABLE" } });
    expect([home.count("token"), backend.requests.length]).toEqual([0, 0]);
  });
});

/** Where the credentials of tenants are found while the program runs. */
const vaults: readonly (readonly [
  how: string,
  toSettings: (vault: Readonly<Record<string, Tenant>>) => NonNullable<TenantChanges["settings"]>,
])[] = [
  [
    "by a delegate",
    (vault) => ({
      configDelegate: {
        getClientCredentials({ authConfig }) {
          const { clientId = "", clientSecret } = vault[authConfig.settings?.tenant ?? ""]?.options ?? {};
          return { clientId: String(clientId), clientSecret: String(clientSecret) };
        },
      },
    }),
  ],
  [
    "by a provider",
    (vault) => {
      const clientSecret = fromProvider(({ authConfig }) =>
        String(vault[authConfig.settings?.tenant ?? ""]?.options.clientSecret),
      );
      const named = Object.values(vault).map(({ name, options }) => [name, { ...options, clientSecret }]);
      return { tenants: Object.fromEntries(named) };
    },
  ],
];

describe("credentials that are known at run time only", () => {
  // Duende.AccessTokenManagement#50
  it.each(vaults)("are each tenant's own, %s", async (_how, toSettings) => {
    const { home, acme, globex } = await startTwo();
    const bare = [acme, globex].map((tenant) => ({ ...tenant, options: { authority: tenant.as.issuer } }));
    const settings = toSettings({ acme, globex });
    const { backend, behalf } = await openTenants(home, bare, { settings });
    for (const tenant of ["acme", "globex", "acme", "globex"]) {
      await behalf.service("own").get("/", { tenant }).unwrap();
    }
    const subjects = backend.requests.map(({ token }) => readClaims(token).sub);
    expect(subjects).toEqual(["client-of-acme", "client-of-globex", "client-of-acme", "client-of-globex"]);
    expect([clientsOf(acme), clientsOf(globex)]).toEqual([["client-of-acme"], ["client-of-globex"]]);
  });
});

describe("a capability of a tenant", () => {
  const detachIn = async () => {
    const { home, acme, globex } = await startTwo();
    const settings = { ...byHeader, encryptionKeys: [createEncryptionKey()] };
    const opened = await openTenants(home, [acme, globex], { settings });
    const request = await opened.requestOf({}, { "x-tenant": "acme" });
    const options = { ttlMs: 60_000, services: ["inventory", "own"] };
    const capability = await request.run(() => opened.behalf.context.detach(options).unwrap());
    return { ...opened, acme, globex, capability };
  };

  it("is used in that tenant", async () => {
    const { behalf, backend, capability, acme } = await detachIn();
    expect(capability.tenant).toBe("acme");
    await behalf.runWith(capability.seal(), () => behalf.service("inventory").get("/").unwrap());
    expect(issuerOf(backend.request().token)).toBe(acme.as.issuer);
  });

  it.each(["inventory", "own"] as const)("is not used in another: %s", async (name) => {
    const { behalf, backend, capability, acme, globex } = await detachIn();
    const outcome = await behalf.runWith(capability, async () => behalf.service(name).get("/", { tenant: "globex" }));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CAPABILITY_REFUSED", reason: "tenant" } });
    expect([acme.as.count("token"), globex.as.count("token"), backend.requests.length]).toEqual([0, 0, 0]);
  });

  it("is not used in a tenant where it is for none", async () => {
    const { home, acme } = await startTwo();
    const { behalf, requestOf } = await openTenants(home, [acme]);
    const options = { ttlMs: 60_000, services: ["inventory"] };
    const capability = await (await requestOf()).run(() => behalf.context.detach(options).unwrap());
    const outcome = await behalf.runWith(capability, async () =>
      behalf.service("inventory").get("/", { tenant: "acme" }),
    );
    expect(outcome).toMatchObject({ ok: false, error: { reason: "tenant" } });
    expect(acme.as.count("token")).toBe(0);
  });
});

describe("inside asService", () => {
  it("the tenant of the request holds", async () => {
    const { home, acme, globex } = await startTwo();
    const { backend, behalf, requestOf } = await openTenants(home, [acme, globex], { settings: byHeader });
    const request = await requestOf({}, { "x-tenant": "globex" });
    await request.run(() => behalf.asService(() => behalf.service("inventory").get("/").unwrap()));
    expect(readClaims(backend.request().token)).toMatchObject({ iss: globex.as.issuer, sub: "client-of-globex" });
  });
});

describe("no tenant at all", () => {
  it("is chosen outside of a request", async () => {
    const { home, acme } = await startTwo();
    const { backend, behalf } = await openTenants(home, [acme], { settings: { tenant: () => "acme" } });
    await behalf.service("own").get("/").unwrap();
    expect(issuerOf(backend.request().token)).toBe(home.issuer);
    await openRequest(behalf).run(() => behalf.service("own").get("/").unwrap());
    expect(issuerOf(backend.request().token)).toBe(acme.as.issuer);
  });
});
