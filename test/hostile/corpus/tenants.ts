import { refused } from "../expected.ts";
import { ownTenant } from "../key-ring.ts";
import type { Expected, HostileCase, Members, Surroundings, Theme } from "../vocabulary.ts";

const otherTenant = "0d8f4a1c-2222-4222-8222-222222222222";

const claiming = (
  name: string,
  claims: (issuer: string) => Members,
  expect: Expected = refused.issuer,
): HostileCase => ({
  name,
  make: { claims: ({ as }: Surroundings) => claims(as.issuer) },
  expect,
});

/** One server, an issuer for each tenant, and a key that is for one tenant alone. */
export const tenants: Theme = {
  name: "tenants",
  metadata: ({ issuer }) => ({ issuer: `${issuer}/{tenantid}` }),
  root: ({ as }) => ({ issuerTemplate: `${as.issuer}/{tenantid}` }),
  claims: ({ as }) => ({ iss: `${as.issuer}/${ownTenant}`, tid: ownTenant }),
  cases: [
    claiming("tid of another tenant than iss", () => ({ tid: otherTenant })),
    claiming("iss of another tenant than tid", (issuer) => ({ iss: `${issuer}/${otherTenant}` })),
    claiming("no tid", () => ({ tid: undefined })),
    claiming("tid a list", () => ({ tid: [ownTenant] })),
    claiming("tid a number", () => ({ tid: 7 })),
    claiming("iss and tid of a tenant that is no UUID", (issuer) => ({ iss: `${issuer}/common`, tid: "common" })),
    claiming("iss and tid empty", (issuer) => ({ iss: `${issuer}/`, tid: "" })),
    claiming("iss with the placeholder itself", (issuer) => ({ iss: `${issuer}/{tenantid}`, tid: "{tenantid}" })),
    claiming("tid in capitals", () => ({ tid: ownTenant.toUpperCase() })),
    claiming("iss with a slash behind", (issuer) => ({ iss: `${issuer}/${ownTenant}/` })),
    claiming("iss with a path between", (issuer) => ({ iss: `${issuer}/x/../${ownTenant}` })),
    claiming("tid with a path in it", (issuer) => ({ iss: `${issuer}/../${ownTenant}`, tid: `../${ownTenant}` })),
    claiming("iss of another host", () => ({ iss: `https://evil.example/${ownTenant}` })),
    claiming("iss without a tenant", (issuer) => ({ iss: issuer })),
    {
      name: "another tenant's token, signed by the key of one tenant",
      make: { key: "tenantKey", claims: ({ as }) => ({ iss: `${as.issuer}/${otherTenant}`, tid: otherTenant }) },
      expect: refused.unknownKey,
    },
  ],
  harmless: [
    { name: "its own token, signed by the key of one tenant", make: { key: "tenantKey" } },
    {
      name: "another tenant's token, signed by the key of all",
      make: { claims: ({ as }) => ({ iss: `${as.issuer}/${otherTenant}`, tid: otherTenant }) },
    },
  ],
};

const partner = "https://login.partner.example";

/** The server of the others, and a partner whose keys are pinned. */
export const issuers: Theme = {
  name: "two issuers",
  inbound: ({ ring }) => ({
    authenticators: {
      home: { audience: "orders-api" },
      partner: { audience: "orders-api", issuer: partner, keys: { keys: [{ ...ring.partner.jwk }] } },
    },
  }),
  routes: { "/partner": { authenticators: "partner" }, "/home": { authenticators: "home" } },
  cases: [
    { name: "the partner's name, the server's key", make: { claims: { iss: partner } }, expect: refused.unknownKey },
    { name: "the server's name, the partner's key", make: { key: "partner" }, expect: refused.unknownKey },
    {
      name: "the partner's name and kid, the server's key",
      make: { claims: { iss: partner }, header: { kid: "partner" } },
      expect: refused.signature,
    },
    {
      name: "the partner's name, no kid, the server's key",
      make: { claims: { iss: partner }, header: { kid: undefined } },
      expect: refused.signature,
    },
    {
      name: "the partner's name with a slash behind",
      make: { key: "partner", claims: { iss: `${partner}/` } },
      expect: refused.issuer,
    },
    {
      name: "a good token of the partner, where only the server's are let in",
      route: "/home",
      make: { key: "partner", claims: { iss: partner } },
      expect: refused.issuer,
    },
    {
      name: "a good token of the partner, let in elsewhere, where only the server's are let in",
      route: "/home",
      make: { key: "partner", claims: { iss: partner }, againOn: "/partner" },
      expect: refused.issuer,
    },
  ],
  harmless: [
    { name: "a token of the partner", make: { key: "partner", claims: { iss: partner } } },
    {
      name: "a token of the partner, where it alone is let in",
      route: "/partner",
      make: { key: "partner", claims: { iss: partner } },
    },
  ],
};

/** A server for each tenant, of which one is configured. */
export const configuredTenants: Theme = {
  name: "configured tenants",
  server: { issuerPath: "/tenant1" },
  root: ({ as }) => ({ authority: `${as.url}/{tenant}`, tenants: { tenant1: {} } }),
  cases: [
    {
      name: "iss of a tenant that is not configured",
      make: { claims: ({ as }) => ({ iss: `${as.url}/tenant2` }) },
      expect: refused.issuer,
    },
    { name: "iss of no tenant", make: { claims: ({ as }) => ({ iss: as.url }) }, expect: refused.issuer },
    {
      name: "iss with the placeholder",
      make: { claims: ({ as }) => ({ iss: `${as.url}/{tenant}` }) },
      expect: refused.issuer,
    },
    {
      name: "iss with a path between",
      make: { claims: ({ as }) => ({ iss: `${as.url}/x/../tenant1` }) },
      expect: refused.issuer,
    },
    { name: "iss in other case", make: { claims: ({ as }) => ({ iss: `${as.url}/Tenant1` }) }, expect: refused.issuer },
  ],
};
