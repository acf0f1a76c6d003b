import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCertificateAuthority } from "../../../../../test/support/certificates.ts";
import { configure } from "../../../../../test/support/configure.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { grantTypeNames, readGrantType } from "./grant-type.ts";
import { allowInsecureRequests } from "./options.ts";
import { generateSigningKey } from "./read-signing-key.ts";
import { fromProvider } from "./reference.ts";
import { reservedParameters } from "./reserved-parameters.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

const host = "https://inventory.example.com";
const authority = "https://login.example.com";
const pem = String(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));

/** The paths of what is wrong with a service that has some settings, below a root without credentials. */
function problemsOf(settings: object, root: object = {}): readonly string[] {
  const services = { inventory: { host, ...settings } };
  return resolveConfiguration({ authority, services, ...root }, { environment: false }).problems.map(({ path }) =>
    path.replace("services.inventory.", ""),
  );
}

const client = { clientId: "a", clientSecret: "s" };

describe("what a grant needs", () => {
  it.each(["none", "inherited"])("is nothing for %s", (grantType) => {
    expect(problemsOf({ grantType })).toEqual([]);
  });

  it.each(grantTypeNames.filter((name) => !["none", "inherited", "forward"].includes(name)))(
    "is a client for %s",
    (grantType) => {
      expect(problemsOf({ grantType }).slice(0, 2)).toEqual(["clientId", "clientSecret"]);
      expect(readGrantType(grantType)).toBeDefined();
    },
  );

  it("is a refresh token for refreshToken", () => {
    expect(problemsOf({ grantType: "refreshToken", ...client })).toEqual(["refreshToken"]);
    expect(problemsOf({ grantType: "refreshToken", ...client, refreshToken: "r" })).toEqual([]);
  });

  it("is two servers for identityAssertion, each with a client", () => {
    const grantType = "identityAssertion";
    expect(problemsOf({ grantType, ...client })).toEqual(["authority", "clientId", "clientSecret"]);
    expect(problemsOf({ grantType, ...client, authority: "https://second.example" }, client)).toEqual([]);
    const identityProvider = { authority: "https://first.example" };
    expect(problemsOf({ grantType, ...client, identityProvider })).toEqual([
      "identityProvider.clientId",
      "identityProvider.clientSecret",
    ]);
    expect(problemsOf({ grantType, ...client, identityProvider: { ...identityProvider, ...client } })).toEqual([]);
    expect(problemsOf({ grantType: "automatic", delegatedGrant: grantType, ...client }, client)).toEqual(["authority"]);
  });

  it("is asked of a delegate, where there is one for credentials", () => {
    const configDelegate = { getClientCredentials: () => undefined };
    expect(problemsOf({ grantType: "cc" }, { configDelegate })).toEqual([]);
    expect(problemsOf({ grantType: "cc" }, { configDelegate: { getScope: () => undefined } })).toHaveLength(2);
    expect(problemsOf({ grantType: "cc", clientAuthentication: "private_key_jwt" }, { configDelegate })).toEqual([
      "privateKey",
    ]);
  });
});

describe("what a method of authentication needs", () => {
  it.each([
    ["client_secret_basic", "clientSecret"],
    ["client_secret_post", "clientSecret"],
    ["client_secret_jwt", "clientSecret"],
    ["private_key_jwt", "privateKey"],
    ["tls_client_auth", "clientCertificate"],
    ["self_signed_tls_client_auth", "clientCertificate"],
    ["workload_identity", "clientAssertion"],
  ])("for %s is %s", (clientAuthentication, needed) => {
    expect(problemsOf({ grantType: "cc", clientId: "a", clientAuthentication })).toEqual([needed]);
  });

  it("for none is nothing, with a binding to a key as well", () => {
    expect(problemsOf({ grantType: "TX", clientId: "a", clientAuthentication: "none", dpop: true })).toEqual([]);
  });

  it("is a certificate where tokens are bound to one", () => {
    expect(problemsOf({ grantType: "cc", ...client, certificateBoundTokens: true })).toEqual(["clientCertificate"]);
  });
});

describe("forward", () => {
  it.each([
    [{}, ["forwardTo"]],
    [{ forwardTo: "https://other.example.com" }, ["forwardTo"]],
    [{ forwardTo: `https://other.example.com ${host}` }, []],
    [{ forwardTo: [`${host}/`] }, []],
  ])("needs the service's origin: %j", (settings, expected) => {
    expect(problemsOf({ grantType: "forward", ...settings })).toEqual(expected);
  });

  it.each([
    "https://*.example.com",
    "*",
    "inventory.example.com",
    `${host}/v1`,
    "http://inventory.example.com",
    `${host} *`,
  ])("takes exact and protected origins only: %s", (forwardTo) => {
    expect(problemsOf({ forwardTo })).toEqual(["forwardTo"]);
  });

  it("takes http on this machine", () => {
    expect(problemsOf({ forwardTo: "http://127.0.0.1:8080" })).toEqual([]);
  });
});

describe("servers", () => {
  const foreign = { tokenEndpoint: "https://token.example.net/token" };

  interface Given {
    readonly settings: object;
    readonly root?: object;
    readonly expected: readonly string[];
  }

  it.each<[string, Given]>([
    ["at the authority", { settings: { tokenEndpoint: `${authority}/token` }, expected: [] }],
    ["elsewhere", { settings: foreign, expected: ["tokenEndpoint"] }],
    ["elsewhere, and trusted", { settings: foreign, root: { trustedHosts: "token.example.net" }, expected: [] }],
    [
      "elsewhere, trusted in any case",
      { settings: foreign, root: { trustedHosts: ["TOKEN.example.net"] }, expected: [] },
    ],
    ["at another port", { settings: { tokenEndpoint: `${authority}:8443/token` }, expected: ["tokenEndpoint"] }],
    ["at the node's own authority", { settings: { ...foreign, authority: "https://token.example.net" }, expected: [] }],
    ["with a fragment", { settings: { tokenEndpoint: `${authority}/token#a` }, expected: ["tokenEndpoint"] }],
  ])("may have a token endpoint or not: %s", (_, { settings, root, expected }) => {
    expect(problemsOf(settings, root)).toEqual(expected);
  });

  it.each(["authority", "tokenEndpoint"])("are protected at every level: %s", (key) => {
    const unprotected = { [key]: "http://login.example.com" };
    expect(problemsOf(unprotected)).toEqual([key]);
    expect(() => configure({ serviceDefaults: unprotected })).toThrow(`serviceDefaults.${key}: an unprotected URL`);
    expect(() => configure({ identityProvider: unprotected })).toThrow(`identityProvider.${key}: an unprotected URL`);
    const trusted = { [allowInsecureRequests]: true, trustedHosts: "login.example.com" };
    expect(problemsOf(unprotected, trusted)).toEqual([]);
  });

  it("are told when the root's token endpoint is elsewhere", () => {
    expect(() => configure(foreign)).toThrow(/tokenEndpoint: the host token.example.net, which is not the authority's/);
  });
});

describe("extra parameters", () => {
  it.each([...reservedParameters])("are never %s, in any case", (name) => {
    const path = `extraParameters.${name.toUpperCase()}`;
    expect(problemsOf({ extraParameters: { [name.toUpperCase()]: "a" } })).toEqual([path]);
  });

  it.each([[{ a: 1 }], [["a"]], ["a"], [{ "": "a" }]])("are texts by name: %j is none", (extraParameters) => {
    expect(problemsOf({ extraParameters })).toHaveLength(1);
  });

  it("may be any other", () => {
    expect(problemsOf({ extraParameters: { organization: "acme", tag: ["a", "b"] } })).toEqual([]);
  });
});

describe("keys and certificates", () => {
  const at = (settings: object) => (): unknown => configure({ ...settings });

  it("are read at the start", async () => {
    const pair = await (await createCertificateAuthority()).issueClient("orders-api");
    const clientCertificate = { certificate: pair.certificate, privateKey: pair.privateKey };
    expect(at({ clientCertificate, ca: pair.certificate })).not.toThrow();
    expect(at({ privateKey: pair.privateKey, certificate: pair.certificate })).not.toThrow();
    expect(at({ clientCertificate: { ...clientCertificate, privateKey: pem } })).toThrow(
      /is not that of the certificate/,
    );
    expect(at({ privateKey: pem, certificate: pair.certificate })).toThrow(/a certificate of another key/);
    expect(at({ ca: "s3cret" })).toThrow(/^ca: what no connection can be made with/);
  });

  const later = fromProvider(() => pem);

  it.each([
    ["privateKey", { privateKey: later }],
    ["certificate", { privateKey: pem, certificate: later }],
    ["ca", { ca: later }],
    ["proxy", { proxy: later }],
    ["clientCertificate.certificate", { clientCertificate: { certificate: later, privateKey: pem } }],
    ["dpop.privateKey", { dpop: { privateKey: later } }],
    ["encryptionKeys.0.key", { encryptionKeys: [{ id: "a", key: later }] }],
  ])("cannot be asked for: %s", (configPath, settings) => {
    expect(at(settings)).toThrow(
      expect.objectContaining({
        configPath,
        message: expect.stringContaining("nothing that can be read at the start"),
      }),
    );
  });

  it.each([
    ["privateKey", { privateKey: "s3cret" }],
    ["privateKey", { privateKey: pem, signingAlgorithm: "RS256" }],
    ["privateKey", { privateKey: { kty: "oct", k: "s3cret" } }],
    ["signingAlgorithm", { privateKey: pem, signingAlgorithm: "HS256" }],
    ["keyId", { privateKey: [pem, generateSigningKey()], keyId: "k" }],
    ["proxy", { proxy: "s3cret" }],
    ["dpop.privateKey", { dpop: { privateKey: "s3cret" } }],
    ["dpop.privateKey", { dpop: { privateKey: { algorithm: "ES256", sign: (input: Uint8Array) => input } } }],
    ["dpop.algorithm", { dpop: { algorithm: "none" } }],
    ["dpop.key", { dpop: { key: pem } }],
    ["encryptionKeys.0.key", { encryptionKeys: [{ id: "a", key: "s3cret" }] }],
    ["encryptionKeys.1.id", { encryptionKeys: [1, 2].map(() => ({ id: "a", key: "A".repeat(43) })) }],
    ["encryptionKeys.0.id", { encryptionKeys: [{ id: "a b", key: "A".repeat(43) }] }],
  ])("are told when they cannot be used, and not shown: %s", (configPath, settings) => {
    expect(at(settings)).toThrow(expect.objectContaining({ configPath }));
    expect(at(settings)).not.toThrow(/s3cret|PRIVATE/);
  });
});

describe("a binding to a key", () => {
  it("is told at the level that has it", () => {
    expect(problemsOf({ dpop: { privateKey: "s3cret" } })).toEqual(["dpop.privateKey"]);
    expect(problemsOf({ endpoints: { item: { path: "/", dpop: { privateKey: "s3cret" } } } })).toEqual([
      "endpoints.item.dpop.privateKey",
    ]);
  });
});

describe("a delegate", () => {
  class Delegate {
    readonly #scope = ["a"];

    getScope(): readonly string[] {
      return this.#scope;
    }
  }

  it.each([
    ["an object of any class", new Delegate()],
    ["a plain object", { getClientCredentials: () => undefined }],
    ["an object without a prototype", Object.assign(Object.create(null), { getScope: () => ["a"] })],
  ])("is used as it is: %s", (_, configDelegate) => {
    expect(configure({ configDelegate }).configDelegate).toBe(configDelegate);
  });

  it.each([
    [{}],
    ["a"],
    [{ getScope: "a" }],
    [() => undefined],
    [{ getScope: () => undefined, getClientCredentials: 5 }],
  ])("is told when it is none: %o", (configDelegate) => {
    expect(() => configure({ configDelegate })).toThrow(/^configDelegate/);
  });
});

describe("warnings", () => {
  const warningsOf = (members: object): readonly string[] =>
    describeConfiguration(configure({ ...members })).warnings.map(({ path }) => path);

  it("are none for what is usual", () => {
    expect(warningsOf({ grantType: "tokenExchange", audience: "inventory" })).toEqual([]);
  });

  it("name each node that forwards", () => {
    const endpoints = { a: "/a", b: { path: "/b", grantType: "none" } };
    const shipping = { host: "https://shipping.example.com", endpoints: { c: { path: "/c", grantType: "forward" } } };
    const inventory = { host, grantType: "forward", endpoints };
    const forwardTo = [host, shipping.host];
    expect(warningsOf({ services: { inventory, shipping }, forwardTo })).toEqual([
      "services.inventory.grantType",
      "services.shipping.endpoints.c.grantType",
    ]);
  });

  it("name each token endpoint elsewhere", () => {
    const inventory = { host, tokenEndpoint: "https://token.example.net/" };
    expect(warningsOf({ services: { inventory }, trustedHosts: "token.example.net" })).toEqual([
      "services.inventory.tokenEndpoint",
    ]);
  });

  it("name each URL in clear text, or that the switch is not needed", () => {
    const members = { [allowInsecureRequests]: true };
    expect(warningsOf({ ...members, services: { inventory: "http://inventory.example.com" } })).toEqual([
      "services.inventory.host",
    ]);
    expect(warningsOf({ ...members, authority: "http://login.example.com" })).toEqual(["authority"]);
    expect(warningsOf(members)).toEqual(["[allowInsecureRequests]"]);
  });
});
