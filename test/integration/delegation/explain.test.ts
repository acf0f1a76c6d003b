import { type ConfigurationOptions, createBehalf, type ExplainOptions, fromProvider, type TokenPlan } from "behalf";
import { describe, expect, it } from "vitest";
import { createSelfSigned } from "../../support/certificates.ts";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { createRecordingLogger, showDeeply } from "../../support/recording-logger.ts";
import { the } from "../../support/the.ts";
import { openWorld } from "./open-world.ts";

const authority = "https://as.example.com/";
const secretOf = (name: string): string => `${the.markerSecret}-${name}`;
const endpoints = { item: "/items/{sku?}" } as const;

/** An instance with a service for each thing there is to tell, whose secrets are all marked. */
async function open() {
  const { privateKey, certificate } = await createSelfSigned("CN=orders-api");
  const options: ConfigurationOptions<unknown> = {
    authority,
    clientId: the.clientId,
    clientSecret: secretOf("root"),
    tenants: {
      acme: { authority: "https://acme.example.com", clientId: "acme-client", clientSecret: secretOf("acme") },
    },
    trustedHosts: "login.example.net",
    services: {},
  };
  const host = "https://inventory.example.com:8443";
  const exchange = { host, endpoints, grantType: "tokenExchange" } as const;
  const behalf = closeAfterTest(
    createBehalf({
      ...options,
      environment: false,
      logger: createRecordingLogger(),
      services: {
        inventory: {
          ...exchange,
          basePath: "/v1",
          audience: "inventory",
          scope: "b a",
          resource: "https://inventory.example.com/",
          requestedTokenType: the.jwtTokenType,
          extraParameters: { region: secretOf("parameter"), flow: "x" },
          authorizationDetails: [{ type: "payment", account: secretOf("details") }],
          tokenEndpoint: "https://login.example.net/token",
          actorToken: fromProvider(() => secretOf("actor")),
        },
        depends: { ...exchange, grantType: "automatic", delegatedGrant: "onBehalfOf", scope: "x" },
        open: { ...exchange, grantType: "automatic", anonymousAs: "service" },
        asserting: {
          ...exchange,
          grantType: "identityAssertion",
          authority: "https://second.example.com",
          clientSecret: secretOf("second"),
          identityProvider: { authority: "https://first.example.com", clientSecret: secretOf("first") },
        },
        gateway: { ...exchange, grantType: "forward", forwardTo: [host, "https://b.example.com"] },
        public: { ...exchange, grantType: "none" },
        proven: { ...exchange, dpop: true },
        bound: {
          ...exchange,
          clientAuthentication: "self_signed_tls_client_auth",
          clientCertificate: { certificate, privateKey },
        },
        realm: {
          ...exchange,
          authority: "https://as.example.com/realms/{tenant}",
          clientId: "realm-client",
          clientSecret: secretOf("realm"),
        },
        refreshing: { ...exchange, grantType: "refreshToken", refreshToken: fromProvider(() => secretOf("refresh")) },
        broken: { ...exchange, grantType: "forward" },
        half: { ...exchange, endpoints: { ...endpoints, bad: { path: "/bad", grantType: "refreshToken" } } },
      },
    }),
  );
  return { behalf, privateKey };
}

const usual: TokenPlan = {
  url: "https://inventory.example.com:8443/items/{sku}",
  grantType: "tokenExchange",
  authority,
  tokenEndpoint: undefined,
  identityProvider: undefined,
  tenant: undefined,
  clientId: the.clientId,
  clientAuthentication: "client_secret_basic",
  audience: [],
  resource: [],
  scope: [],
  requestedTokenType: undefined,
  parameters: [],
  boundTo: "nothing",
  forwardTo: [],
};

const asksNobody = { authority: undefined, clientId: undefined, clientAuthentication: undefined };
const grants = { person: "tokenExchange", system: "clientCredentials", anonymous: "refused" };

const plans: Readonly<Record<string, Partial<TokenPlan>>> = {
  depends: { grantType: "automatic", automatic: { ...grants, person: "onBehalfOf" }, scope: ["x"] },
  open: { grantType: "automatic", automatic: { ...grants, anonymous: "clientCredentials" } },
  asserting: {
    grantType: "identityAssertion",
    authority: "https://second.example.com",
    identityProvider: "https://first.example.com",
  },
  gateway: {
    grantType: "forward",
    ...asksNobody,
    forwardTo: ["https://inventory.example.com:8443", "https://b.example.com"],
  },
  public: { grantType: "none", ...asksNobody },
  proven: { boundTo: "dpop" },
  bound: { boundTo: "certificate", clientAuthentication: "self_signed_tls_client_auth" },
  realm: { authority: "https://as.example.com/realms/{tenant}", clientId: "realm-client" },
  refreshing: { grantType: "refreshToken" },
  inventory: {
    url: "https://inventory.example.com:8443/v1/items/{sku}",
    tokenEndpoint: "https://login.example.net/token",
    audience: ["inventory"],
    resource: ["https://inventory.example.com/"],
    scope: ["a", "b"],
    requestedTokenType: the.jwtTokenType,
    parameters: ["authorization_details", "flow", "region"],
  },
};

type Instance = Awaited<ReturnType<typeof open>>["behalf"];
type ServiceName = Parameters<Instance["explain"]>[0];
const toName = (name: string): ServiceName => name as ServiceName;
const sorted = (plan: TokenPlan): TokenPlan => ({ ...plan, scope: [...plan.scope].sort() });

describe("explain", () => {
  it.each(Object.entries(plans))("tells all there is of %s", async (name, changes) => {
    const { behalf } = await open();
    expect(sorted(behalf.explain(toName(name), "item"))).toEqual({ ...usual, ...changes });
  });

  it("tells whom a tenant asks, as whom", async () => {
    const { behalf } = await open();
    const ofTenant = { tenant: "acme", authority: "https://acme.example.com", clientId: "acme-client" };
    expect(behalf.explain("proven", "item", { tenant: "acme" })).toMatchObject({ ...ofTenant, boundTo: "dpop" });
    expect(behalf.explain("realm", "item", { tenant: "globex" })).toMatchObject({
      tenant: "globex",
      authority: "https://as.example.com/realms/globex",
      clientId: "realm-client",
    });
  });

  it.each<[string, { service: string; endpoint: string; options?: ExplainOptions }]>([
    ["services.nowhere", { service: "nowhere", endpoint: "item" }],
    ["services.constructor", { service: "constructor", endpoint: "item" }],
    ["services.inventory.endpoints.nothing", { service: "inventory", endpoint: "nothing" }],
    ["services.inventory.endpoints.toString", { service: "inventory", endpoint: "toString" }],
    ["tenants.initech", { service: "inventory", endpoint: "item", options: { tenant: "initech" } }],
    ["services.broken.forwardTo", { service: "broken", endpoint: "item" }],
    ["services.half.endpoints.bad.refreshToken", { service: "half", endpoint: "bad" }],
  ])("throws what is wrong with %s", async (configPath, { service, endpoint, options }) => {
    const { behalf } = await open();
    expect(() => behalf.explain(toName(service), endpoint, options)).toThrow(
      expect.objectContaining({ name: "ConfigurationError", code: "BEHALF_CONFIG_INVALID", configPath }),
    );
  });

  it("has no secret in it", async () => {
    const { behalf, privateKey } = await open();
    const shown = showDeeply(
      Object.keys(plans).flatMap((name) => [
        behalf.explain(toName(name), "item"),
        behalf.explain(toName(name), "item", { tenant: "acme" }),
      ]),
    );
    expect(shown).not.toContain(the.markerSecret);
    expect(shown).not.toContain(privateKey.slice(40, 80));
  });

  it("asks nobody, and says what is then asked", async () => {
    const world = await openWorld();
    const inventory = {
      host: world.backend.url,
      grantType: "tokenExchange",
      endpoints,
      audience: ["inventory", "stock"],
      resource: "https://inventory.example.com/",
      scope: "a b",
      requestedTokenType: the.jwtTokenType,
    } as const;
    const behalf = closeAfterTest(createBehalf({ ...world.root, services: { inventory } }));
    const alice = await world.receive(behalf);
    const plan = behalf.explain("inventory", "item");
    world.expectSilence();
    await alice.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    const { form } = world.as.tokenRequest();
    expect(form.getAll("audience")).toEqual(plan.audience);
    expect(form.getAll("resource")).toEqual(plan.resource);
    expect(form.get("scope")?.split(" ").sort()).toEqual([...plan.scope].sort());
    expect(form.get("requested_token_type")).toBe(plan.requestedTokenType);
  });
});
