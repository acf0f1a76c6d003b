import { allowInsecureRequests, createBehalf, fromEnv, fromFile } from "behalf";

const root = { authority: "https://login.example.com" } as const;
const service = { host: "https://inventory.internal" } as const;

// @ts-expect-error a root option is misspelt
createBehalf({ ...root, clientid: "orders-api", services: {} });
// @ts-expect-error a root option is misspelt beside a one-URL service
createBehalf({ ...root, clientid: "orders-api", services: { assets: "https://assets.internal" } });
// @ts-expect-error the authority is missing
createBehalf({ services: {} });
// @ts-expect-error the services are missing
createBehalf({ ...root });
// @ts-expect-error an inbound option is misspelt
createBehalf({ ...root, inbound: { audience: "orders-api", issuers: "x" }, services: {} });
// @ts-expect-error the audience has no default
createBehalf({ ...root, inbound: {}, services: {} });
// @ts-expect-error an authenticator has to be there, or an audience
createBehalf({ ...root, inbound: { type: "introspection", resource: "https://api.example.com" }, services: {} });
// @ts-expect-error an option of an authenticator is misspelt
createBehalf({ ...root, inbound: { authenticators: { partner: { audiences: "orders-api" } } }, services: {} });
// @ts-expect-error an option of an authenticator is misspelt, beside an audience for all
createBehalf({ ...root, inbound: { audience: "a", authenticators: { partner: { isuer: "x" } } }, services: {} });
// @ts-expect-error a type does not exist
createBehalf({ ...root, inbound: { audience: "orders-api", type: "opaque" }, services: {} });
// @ts-expect-error an option of the proofs is misspelt
createBehalf({ ...root, inbound: { audience: "orders-api", dpop: { nonces: true } }, services: {} });
// @ts-expect-error an option of the identity is misspelt
createBehalf({ ...root, inbound: { audience: "orders-api", identity: { from: "userInfo" } }, services: {} });
// @ts-expect-error an authenticator asks for no scope
createBehalf({ ...root, inbound: { authenticators: { partner: { audience: "a", scope: "b" } } }, services: {} });
// @ts-expect-error a single key is no set of keys
createBehalf({ ...root, inbound: { audience: "orders-api", keys: { kty: "EC" } }, services: {} });
// @ts-expect-error a default of the services is misspelt
createBehalf({ ...root, serviceDefaults: { granttype: "TX" }, services: {} });
// @ts-expect-error a grant type is misspelt
createBehalf({ ...root, serviceDefaults: { grantType: "tokenExchang" }, services: {} });

createBehalf({
  ...root,
  // @ts-expect-error a service option is misspelt
  services: { inventory: { ...service, basepath: "/v1" } },
});
createBehalf({
  ...root,
  // @ts-expect-error a service option is misspelt, beside a one-URL service
  services: { assets: "https://assets.internal", inventory: { host: "https://inventory.internal", audiences: "x" } },
});
createBehalf({
  ...root,
  // @ts-expect-error the host is missing
  services: { inventory: { basePath: "/v1" } },
});
createBehalf({
  ...root,
  // @ts-expect-error an endpoint option is misspelt
  services: { inventory: { ...service, endpoints: { item: { path: "/items", method: "GET" } } } },
});
createBehalf({
  ...root,
  services: {
    assets: "https://assets.internal",
    // @ts-expect-error an endpoint option is misspelt, beside a one-URL service
    inventory: { ...service, endpoints: { item: { path: "/items", scopes: "a" } } },
  },
});
createBehalf({
  ...root,
  // @ts-expect-error a method does not exist
  services: { inventory: { ...service, endpoints: { item: { path: "/items", methods: "FETCH" } } } },
});
class Other {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

createBehalf({
  ...root,
  services: { inventory: service },
  // @ts-expect-error a class that is not made of a backend service's dependencies
  serviceClasses: { inventory: Other },
});

createBehalf({
  ...root,
  [allowInsecureRequests]: false,
  preset: "entra",
  clientSecret: [fromEnv("CURRENT"), fromFile("/run/secrets/next")],
  clientCertificate: { certificate: fromFile("/run/tls.crt"), privateKey: fromFile("/run/tls.key") },
  dpop: { privateKey: { kty: "EC" }, algorithm: "ES256" },
  trustedHosts: ["token.example.net"],
  tenants: { acme: { clientId: "acme", audience: "inventory", extraParameters: { organization: "acme" } } },
  tenant: ({ caller, header }) => header("x-tenant") ?? caller?.subject,
  isSystemCaller: ({ client, subject }) => client === subject,
  configDelegate: { getClientCredentials: () => ({ clientId: "orders-api", clientSecret: "secret" }) },
  encryptionKeys: [{ id: "2026", key: fromEnv("KEY") }],
  inbound: {
    audience: ["orders-api"],
    issuer: ["https://login.example.com", "https://old.example.com"],
    keys: { keys: [{ kty: "OKP", crv: "Ed25519", x: "a" }] },
    resource: () => "https://api.example.com",
    dpop: { required: true },
    identity: { source: "userInfo", transformations: [async (principal) => principal] },
    devProxy: { url: "http://localhost:9000", mutedWhen: ({ header }) => header("x-real") !== undefined },
    backchannelLogout: { path: "/logout" },
    authenticators: {
      partner: { type: "introspection", authority: "https://partner.example.com", clientSecret: fromEnv("PARTNER") },
      apiKey: { type: "custom", tokenPrefix: "key_", authenticate: ({ header }) => ({ subject: header }) },
    },
  },
  services: {
    inventory: {
      ...service,
      grantType: "identityAssertion",
      authority: "https://second.example.com",
      identityProvider: { clientAuthentication: "private_key_jwt", privateKey: fromFile("/run/key.pem") },
      actorToken: "clientCredentials",
      extraParameters: { tag: ["a", "b"] },
      endpoints: { item: { path: "/items", forwardTo: "https://inventory.internal", maxDelegatedTtlMs: 60_000 } },
    },
  },
});

createBehalf({ ...root, fetch: globalThis.fetch, services: {} });
// @ts-expect-error what sends requests gives a response
createBehalf({ ...root, fetch: async () => "answer", services: {} });
// @ts-expect-error a preset does not exist
createBehalf({ ...root, preset: "azure", services: {} });
// @ts-expect-error a tenant's option is misspelt
createBehalf({ ...root, tenants: { acme: { clientID: "acme" } }, services: {} });
// @ts-expect-error a tenant has no grant type
createBehalf({ ...root, tenants: { acme: { grantType: "none" } }, services: {} });
// @ts-expect-error a method of authentication is misspelt
createBehalf({ ...root, clientAuthentication: "client_secret", services: {} });
// @ts-expect-error the private key of the certificate is missing
createBehalf({ ...root, clientCertificate: { certificate: "pem" }, services: {} });
// @ts-expect-error an option of the binding is misspelt
createBehalf({ ...root, dpop: { alg: "ES256" }, services: {} });
// @ts-expect-error an option of the first server is misspelt
createBehalf({ ...root, identityProvider: { audience: "x" }, services: {} });
// @ts-expect-error a guard does not exist
createBehalf({ ...root, audienceGuard: "error", services: {} });
// @ts-expect-error an encryption key has no id
createBehalf({ ...root, encryptionKeys: [{ key: "x" }], services: {} });
// @ts-expect-error a tenant is named by a text
createBehalf({ ...root, tenant: () => 5, services: {} });
// @ts-expect-error the delegate has other methods
createBehalf({ ...root, configDelegate: { getClientId: () => "x" }, services: {} });

createBehalf({
  ...root,
  // @ts-expect-error an option of a service's parameters has no numbers
  services: { inventory: { ...service, extraParameters: { a: 1 } } },
});
createBehalf({
  ...root,
  // @ts-expect-error an option of an endpoint is misspelt
  services: { inventory: { ...service, endpoints: { item: { path: "/items", fowardTo: "https://a.example" } } } },
});
