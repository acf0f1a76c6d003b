import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configure, serviceOf, someOptions } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";
import { callGroups } from "./known-call-keys.ts";
import { authenticatorKeys, inboundKeys } from "./known-inbound-keys.ts";
import { endpointKeys, rootKeys, serviceDefaultsKeys, serviceKeys, tenantKeys, tokenMemoryKeys } from "./known-keys.ts";
import type { ConfigurationSources } from "./options.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

const host = "https://inventory.example.com";

function problemsOf(members: object, sources: ConfigurationSources = {}): readonly ConfigurationProblem[] {
  try {
    return resolveConfiguration(someOptions({ ...members }), { environment: false, ...sources }).problems;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe("the word for who acts", () => {
  it.each(["clientCredentials", "clientcredentials", "CLIENTCREDENTIALS", " clientCredentials "])(
    "is read in any case: %j",
    (actorToken) => {
      expect(serviceOf(configure({ actorToken })).auth.settings.actorToken).toBe("clientCredentials");
    },
  );

  it.each(["clientCredential", "clientCredentails", "client_credentials", "client-credentials"])(
    "is told, and never sent as a token, when it is misspelt: %s",
    (actorToken) => {
      const told = { path: "actorToken", given: "a text that is not shown", fix: 'Write "clientCredentials".' };
      expect(problemsOf({ actorToken })).toEqual([told]);
    },
  );

  it("is the same in a file and in the environment", () => {
    const configFile = join(makeTemporaryFolder(), "behalf.json");
    const read = (actorToken: string) => {
      writeFileSync(configFile, JSON.stringify({ actorToken }));
      return problemsOf({}, { configFile }).map(({ fix }) => fix);
    };
    expect(read("ClientCredentials")).toEqual([]);
    expect(read("clientCredential")).toEqual(['Write "clientCredentials".']);
    expect(problemsOf({}, { environment: { BEHALF__ACTOR_TOKEN: "clientCredential" } })).toMatchObject([
      { fix: 'Write "clientCredentials".' },
    ]);
  });

  it("leaves every other token alone", () => {
    expect(problemsOf({ actorToken: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln" })).toEqual([]);
  });
});

describe("a grant type that does not exist", () => {
  it.each([
    ["tokenExchang", "tokenExchange"],
    ["token-exchange", "tokenExchange"],
    ["client_credentials", "clientCredentials"],
    ["refresh_token", "refreshToken"],
    ["obo", "onBehalfOf"],
    ["on-behalf-of", "onBehalfOf"],
    ["urn:ietf:params:oauth:grant-type:token-exchange", "tokenExchange"],
    ["urn:ietf:params:oauth:grant-type:jwt-bearer", "jwtBearer"],
  ])("is told with what was meant: %s", (grantType, meant) => {
    expect(problemsOf({ grantType })).toMatchObject([{ path: "grantType", fix: `Write "${meant}".` }]);
  });

  it.each(["XX", "authorization_code", "password", 5])("is told with the list when nobody knows: %s", (grantType) => {
    expect(problemsOf({ grantType })).toMatchObject([{ fix: expect.stringMatching(/^Give one of none, client/) }]);
  });
});

describe("a variable that fits nothing", () => {
  it.each([
    ["BEHALF__CLIENT_SECERT", "Write CLIENT_SECRET."],
    ["BEHALF__SERVICES__INVENTORY__GRANT_TYP", "Write GRANT_TYPE."],
    ["BEHALF__INBOUND__AUDIENC", "Write AUDIENCE."],
  ])("is told with what was meant: %s", (variable, fix) => {
    expect(problemsOf({}, { environment: { [variable]: "a" } })).toMatchObject([{ fix: expect.stringContaining(fix) }]);
  });

  it.each(["BEHALF__IS_SYSTEM_CALLER", "BEHALF__CONFIG_DELEGATE", "BEHALF__SOMETHING"])(
    "is never told to name a function: %s",
    (variable) => {
      const [problem] = problemsOf({}, { environment: { [variable]: "a" } });
      expect(problem?.fix).toMatch(/fits nothing there. Known: /);
      expect(problem?.fix).not.toMatch(/isSystemCaller|configDelegate|tenant,/);
    },
  );
});

describe("a value of a wrong kind", () => {
  const garbage = [5, -1, 1.5, "garbage", "", true, null, [], {}, [5], [[]], [null], { a: 5 }];
  const item = (members: object) => ({
    services: { inventory: { host, endpoints: { item: { path: "/", ...members } } } },
  });

  const places: readonly (readonly [name: string, keys: readonly string[], put: (members: object) => object])[] = [
    ["the root", rootKeys, (members) => members],
    ["serviceDefaults", serviceDefaultsKeys, (serviceDefaults) => ({ serviceDefaults })],
    ["inbound", inboundKeys, (members) => ({ inbound: { audience: "a", ...members } })],
    ["an authenticator", authenticatorKeys, (a) => ({ inbound: { audience: "a", authenticators: { a } } })],
    ["the identity", ["source", "transformations", "keepMs"], (identity) => ({ inbound: { audience: "a", identity } })],
    ["inbound.dpop", ["nonce", "algorithms"], (dpop) => ({ inbound: { audience: "a", resource: host, dpop } })],
    ["the development proxy", ["url"], (devProxy) => ({ inbound: { audience: "a", devProxy } })],
    ["tokenMemory", tokenMemoryKeys, (tokenMemory) => ({ tokenMemory })],
    ["a tenant", tenantKeys, (acme) => ({ tenants: { acme } })],
    ["a service", serviceKeys, (members) => ({ services: { inventory: { host, ...members } } })],
    ["an endpoint", endpointKeys, item],
    ["services", ["inventory"], (services) => ({ services })],
    ["endpoints", ["item"], (endpoints) => ({ services: { inventory: { host, endpoints } } })],
    ["a client certificate", ["certificate"], (clientCertificate) => ({ clientCertificate })],
    ...[...callGroups].map(([name, keys]) => [name, keys, (group: object) => ({ [name]: group })] as const),
  ];

  it.each(places)("is told with what to write instead: %s", (_, keys, put) => {
    const told = keys.flatMap((key) => garbage.flatMap((value) => problemsOf(put({ [key]: value }))));
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ fix }) => /Invalid|Too (small|big)|expected|received/.test(fix))).toEqual([]);
  });

  it.each([
    [{ inbound: "a" }, "inbound", "Give an object with audience."],
    [{ serviceDefaults: "a" }, "serviceDefaults", "Give an object with what all services inherit."],
    [{ tokenMemory: 5 }, "tokenMemory", "Give an object with maxEntries and maxBytes."],
    [{ services: { a: 5 } }, "services.a", "Give the URL of the service, or an object with host."],
    [{ services: { a: { host, endpoints: "/" } } }, "services.a.endpoints", "Give the endpoints by name."],
    [
      { services: { a: { host, endpoints: { b: 5 } } } },
      "services.a.endpoints.b",
      "Give a path, or an object with path.",
    ],
  ])("is told where a group is wanted: %j", (members, path, fix) => {
    expect(problemsOf(members)).toMatchObject([{ path, fix }]);
  });
});
