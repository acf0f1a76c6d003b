import { describe, expect, it } from "vitest";
import { fillIssuerTemplate, findIssuer, type IssuerRealm, isOfRealm } from "./issuer-realm.ts";

const template = "https://login.microsoftonline.com/{tenantid}/v2.0";
const tenantId = "9122040d-6c67-4c5b-b112-36a304b66dad";
const otherTenantId = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const issuerOf = (tid: string): string => template.replace("{tenantid}", tid);

const realm = (changes: Partial<IssuerRealm>, issuer = "https://as.example"): IssuerRealm => ({
  issuers: [],
  authority: "https://as.example/",
  issuerTemplate: undefined,
  tenant: undefined,
  keys: { find: async () => [] },
  readIssuer: async () => issuer,
  ...changes,
});

const named = realm({ issuerTemplate: template }, template);
const configured = realm({ issuers: [template] });

describe("the issuers of many tenants", () => {
  it.each([
    ["in its metadata", named],
    ["in the configuration", configured],
  ])("are followed when a template stands %s", async (_case, given) => {
    for (const tid of [tenantId, otherTenantId]) {
      expect(isOfRealm(given, issuerOf(tid))).toBe(true);
      expect(await findIssuer(given, { iss: issuerOf(tid), tid })).toBe(issuerOf(tid));
    }
  });

  it.each<[string, { iss?: unknown; tid?: unknown }]>([
    ["another tenant's issuer", { iss: issuerOf(otherTenantId), tid: tenantId }],
    ["no tenant", { iss: issuerOf(tenantId) }],
    ["neither issuer nor tenant", {}],
    ["no issuer", { tid: tenantId }],
    ["the template itself for issuer", { iss: template, tid: tenantId }],
    ["the template itself for issuer and tenant", { iss: template, tid: "{tenantid}" }],
    ["a tenant that is a name", { iss: issuerOf("common"), tid: "common" }],
    ["an empty tenant", { iss: issuerOf(""), tid: "" }],
    ["a tenant that leaves its place", { iss: issuerOf(`${tenantId}/../x`), tid: `${tenantId}/../x` }],
    ["a tenant with a line's end", { iss: issuerOf(`${tenantId}\n`), tid: `${tenantId}\n` }],
    ["a tenant that is a list", { iss: issuerOf(tenantId), tid: [tenantId] }],
    ["its tenant in other letters", { iss: issuerOf(tenantId), tid: tenantId.toUpperCase() }],
    ["another host", { iss: `https://evil.example/${tenantId}/v2.0`, tid: tenantId }],
    ["more behind it", { iss: `${issuerOf(tenantId)}/`, tid: tenantId }],
  ])("are not %s", async (_case, claims) => {
    expect(await findIssuer(named, claims)).toBeUndefined();
    expect(await findIssuer(configured, claims)).toBeUndefined();
  });
});

describe("the issuer of a server", () => {
  it("is the one that its metadata names, letter for letter, whatever the claim tid says", async () => {
    expect(await findIssuer(realm({}), { iss: "https://as.example", tid: "anything" })).toBe("https://as.example");
    expect(await findIssuer(realm({}), { iss: "https://as.example/" })).toBeUndefined();
  });

  it("is recognized with and without a slash at its end, for a verdict that says so", () => {
    expect(isOfRealm(realm({}), "https://as.example")).toBe(true);
    expect(isOfRealm(realm({}), "https://as.example/")).toBe(true);
    expect(isOfRealm(realm({}), "https://as.example.evil")).toBe(false);
    expect(isOfRealm(realm({}), undefined)).toBe(false);
  });

  it("is one of those that are configured, and no other", async () => {
    const several = realm({ issuers: ["https://old.example", "https://new.example"] });
    expect(await findIssuer(several, { iss: "https://new.example" })).toBe("https://new.example");
    expect(isOfRealm(several, "https://as.example")).toBe(false);
  });
});

it("fills a template by a UUID alone", () => {
  expect(fillIssuerTemplate(template, tenantId)).toBe(issuerOf(tenantId));
  expect(fillIssuerTemplate(template, undefined)).toBeUndefined();
  expect(fillIssuerTemplate("https://as.example", undefined)).toBe("https://as.example");
});
