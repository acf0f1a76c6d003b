import { describe, expect, it } from "vitest";
import { configure, serviceOf } from "../../../../../test/support/configure.ts";
import { fromProvider } from "./reference.ts";

const host = "https://inventory.example.com";
const home = "https://login.example.com";
const foreign = "https://login.acme.example";
const grantType = "clientCredentials" as const;
const acme = { authority: foreign, clientId: "acme-client", clientSecret: "acme-secret" };
const tokenEndpoint = `${home}/token`;

/** What is wrong with a configuration, whether it concerns the root or a service. */
function problemsOf(members: object): readonly { readonly path: string; readonly given: string }[] {
  try {
    return configure({ services: { inventory: { host, grantType } }, ...members }).problems;
  } catch (error) {
    if (error instanceof Error && "problems" in error) return error.problems as ReturnType<typeof problemsOf>;
    throw error;
  }
}

const pathsOf = (members: object): readonly string[] => problemsOf(members).map(({ path }) => path);

describe("a service at another server", () => {
  const serviceAt = (authority: string, root: object) =>
    serviceOf(configure({ ...root, services: { inventory: { host, authority } } })).auth;

  it.each([foreign, `${home}/realms/other`])("signs no assertion for the root's: %s", (authority) => {
    expect(serviceAt(authority, { assertionAudience: home }).settings.dialect.assertionAudience).toBe("issuer");
  });

  it("keeps the words that mean whichever server is asked", () => {
    const node = serviceAt(foreign, { assertionAudience: "tokenEndpoint" });
    expect(node.settings.dialect.assertionAudience).toBe("tokenEndpoint");
  });

  it("gets no extra parameters of the root, but the details", () => {
    const given = { extraParameters: { api_key: "s3cret" }, authorizationDetails: [{ type: "a" }] };
    const names = (authority: string) => serviceAt(authority, given).settings.parameters.map(([name]) => name);
    expect(names(foreign)).toEqual(["authorization_details"]);
    expect(names(`${home}/realms/other`)).toEqual(["api_key", "authorization_details"]);
  });
});

describe("a tenant at another server", () => {
  const inTenant = (members: object) => pathsOf({ tenants: { acme }, ...members });

  it("gets no assertion and no extra parameters of the root", () => {
    const given = { assertionAudience: home, extraParameters: { api_key: "s3cret" }, tenants: { acme } };
    const settings = serviceOf(configure(given)).auth.forTenant("acme")?.settings;
    expect([settings?.dialect.assertionAudience, settings?.parameters]).toEqual(["issuer", []]);
  });

  it("is not asked at a token endpoint of the root's host, whichever level says it", () => {
    const service = { inventory: { host, grantType, tokenEndpoint } };
    expect(inTenant({ serviceDefaults: { tokenEndpoint } })).toEqual(["serviceDefaults.tokenEndpoint"]);
    expect(inTenant({ services: service })).toEqual(["services.inventory.tokenEndpoint"]);
    const endpoints = { item: { path: "/", tokenEndpoint } };
    expect(inTenant({ services: { inventory: { host, grantType, endpoints } } })).toEqual([
      "services.inventory.endpoints.item.tokenEndpoint",
    ]);
    expect(inTenant({ serviceDefaults: { tokenEndpoint }, trustedHosts: "login.example.com" })).toEqual([]);
    expect(inTenant({ tokenEndpoint })).toEqual([]);
  });

  it.each([
    { clientSecret: "s3cret" },
    { clientSecret: fromProvider(() => "s3cret") },
    { clientAssertion: "s3cret" },
    { assertionAudience: home },
  ])("sees nothing that a level below the root says for the root's: %j", (said) => {
    const [key] = Object.keys(said);
    expect(inTenant({ serviceDefaults: said })).toEqual([`serviceDefaults.${key}`]);
    expect(inTenant({ services: { inventory: { host, grantType, ...said } } })).toEqual([`services.inventory.${key}`]);
    const endpoints = { item: { path: "/", ...said } };
    expect(inTenant({ services: { inventory: { host, grantType, endpoints } } })).toEqual([
      `services.inventory.endpoints.item.${key}`,
    ]);
  });

  it("is named with what would go where", () => {
    expect(problemsOf({ tenants: { acme }, serviceDefaults: { clientSecret: "s3cret" } })).toEqual([
      {
        path: "serviceDefaults.clientSecret",
        given: `what is for ${home}, and would go to ${foreign} (for the tenant acme)`,
        fix: 'Say it at the root or in the tenant, or give the "authority" that it is for beside it.',
      },
    ]);
  });

  it.each<[string, object]>([
    ["at the root", { clientSecret: "s3cret", assertionAudience: home }],
    ["beside its authority", { serviceDefaults: { authority: home, clientSecret: "s3cret", tokenEndpoint } }],
    ["beside that of a third server", { serviceDefaults: { authority: "https://third.example", clientSecret: "s" } }],
    ["as a word", { serviceDefaults: { assertionAudience: "tokenEndpoint" } }],
    [
      "for a tenant at the same host",
      { tenants: { a: { authority: `${home}/a` } }, serviceDefaults: { clientSecret: "s" } },
    ],
    [
      "above a level with an authority of its own",
      { services: { inventory: { host, authority: foreign, endpoints: {} } } },
    ],
  ])("is no obstacle to what is said %s", (_, members) => {
    expect(inTenant(members)).toEqual([]);
  });

  it("is shown no token that was given once and for all", () => {
    const wrong = (said: object) =>
      pathsOf({ tenants: { acme }, services: { inventory: { host, grantType, ...said } } });
    expect(wrong({ refreshToken: "s3cret" })).toEqual(["services.inventory.refreshToken"]);
    expect(wrong({ actorToken: "s3cret" })).toEqual(["services.inventory.actorToken"]);
    expect(wrong({ refreshToken: fromProvider(() => "s3cret"), actorToken: "clientCredentials" })).toEqual([]);
  });
});

describe("the first server of an identity assertion", () => {
  const identityProvider = { clientSecret: "s3cret", tokenEndpoint };
  const second = { grantType: "identityAssertion", authority: "https://second.example", clientSecret: "second" };
  const at = (said: object) => pathsOf({ tenants: { acme }, services: { inventory: { host, ...second } }, ...said });

  it("is not the tenant's where it says a secret or an endpoint and no authority", () => {
    expect(at({ identityProvider })).toEqual(["identityProvider.tokenEndpoint", "identityProvider.clientSecret"]);
    expect(at({ services: { inventory: { host, ...second, identityProvider } } })).toEqual([
      "services.inventory.identityProvider.tokenEndpoint",
      "services.inventory.identityProvider.clientSecret",
    ]);
  });

  it("may say both beside its authority, or neither", () => {
    expect(at({ identityProvider: { ...identityProvider, authority: home } })).toEqual([]);
    expect(at({ identityProvider: { scope: "a" } })).toEqual([]);
  });
});
