import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { configure, someOptions } from "../../../../../test/support/configure.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { allowInsecureRequests } from "./options.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicJwk = publicKey.export({ format: "jwk" });
const privateJwk = privateKey.export({ format: "jwk" });
const resource = "https://api.example.com";
const authenticate = (): undefined => undefined;

type Options = Parameters<typeof resolveConfiguration>[0];
type Told = readonly (readonly [path: string, fix: string])[];

const omitUndefined = (members: object): object =>
  Object.fromEntries(
    Reflect.ownKeys(members).flatMap((key) => {
      const value: unknown = Reflect.get(members, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );

function tell(inbound: unknown, root: object = {}): Told {
  try {
    resolveConfiguration(omitUndefined(someOptions({ ...root, inbound })) as Options, { environment: false });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, fix }) => [path, fix]);
  }
}

const pathsOf = (inbound: unknown, root: object = {}): readonly string[] => tell(inbound, root).map(([path]) => path);
const two = (a: object, b: object): object => ({ audience: "orders", authenticators: { a, b } });

describe("an audience", () => {
  it.each([
    [{}, "inbound.audience"],
    [{ type: "introspection" }, "inbound.audience"],
    [{ type: "sidecar" }, "inbound.audience"],
    [{ authenticators: { a: {} } }, "inbound.authenticators.a.audience"],
    [{ type: "custom", authenticate, authenticators: { a: { type: "jwt" } } }, "inbound.authenticators.a.audience"],
  ])("is missing: %j", (inbound, path) => {
    expect(pathsOf(inbound)).toContain(path);
  });

  it("is told missing beside what else is wrong", () => {
    expect(pathsOf({ algorithms: ["HS256"] })).toEqual(["inbound.audience", "inbound.algorithms.0"]);
  });

  it.each([
    { type: "custom", authenticate },
    { authenticators: { a: { audience: "orders" } } },
    { audience: "orders", authenticators: { a: {} } },
  ])("is not missing: %j", (inbound) => {
    expect(tell(inbound)).toEqual([]);
  });
});

describe("what a type does not use", () => {
  it.each([
    [{ type: "custom" }, "inbound.authenticate"],
    [{ audience: "a", authenticate }, "inbound.authenticate"],
    [{ audience: "a", type: "introspection", authenticate }, "inbound.authenticate"],
    [{ audience: "a", type: "introspection", keys: { keys: [publicJwk] } }, "inbound.keys"],
    [{ type: "custom", authenticate, keys: { keys: [publicJwk] } }, "inbound.keys"],
    [{ audience: "a", authenticate, authenticators: { a: {} } }, "inbound.authenticate"],
    [{ audience: "a", authenticators: { a: { type: "custom" } } }, "inbound.authenticators.a.authenticate"],
    [{ audience: "a", authenticators: { a: { authenticate } } }, "inbound.authenticators.a.authenticate"],
  ])("is refused, and what it needs is missed: %j", (inbound, path) => {
    expect(pathsOf(inbound)).toEqual([path]);
  });

  it("is no matter where another one inherits it", () => {
    const authenticators = { key: { type: "custom" }, token: { type: "jwt" } };
    expect(tell({ audience: "a", authenticate, authenticators })).toEqual([]);
  });
});

describe("pinned keys", () => {
  it.each([
    [[], "inbound.keys.keys", /at least one key/],
    [[{ kty: "oct", k: "c2VjcmV0" }], "inbound.keys.keys.0", /symmetric key out/],
    [[publicJwk, { ...publicJwk, k: "c2VjcmV0" }], "inbound.keys.keys.1", /symmetric key out/],
    [[privateJwk], "inbound.keys.keys.0", /public half alone/],
    [[{ kty: "EC" }], "inbound.keys.keys.0", /kty RSA, EC or OKP/],
    [[{ ...generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }) }], "inbound.keys.keys.0", /kty RSA/],
    [["garbage"], "inbound.keys.keys.0", /as a JWK/],
  ])("are public keys that sign: %#", (keys, path, fix) => {
    const told = tell({ audience: "orders", keys: { keys } });
    expect(told).toEqual([[path, expect.stringMatching(fix)]]);
    expect(JSON.stringify(told)).not.toMatch(/c2VjcmV0/);
  });

  it("may be of each kind that signs", () => {
    const pairs = [generateKeyPairSync("ed25519"), generateKeyPairSync("rsa", { modulusLength: 2048 })];
    const keys = pairs.map((pair) => ({ ...pair.publicKey.export({ format: "jwk" }), kid: "a", use: "sig" }));
    expect(tell({ audience: "orders", keys: { keys: [publicJwk, ...keys] } })).toEqual([]);
  });
});

describe("introspection", () => {
  const introspection = { audience: "orders", type: "introspection" };

  it("needs what proves the client, at its own place", () => {
    expect(pathsOf(introspection, { clientSecret: undefined })).toEqual(["inbound.clientSecret"]);
    expect(pathsOf(introspection, { clientId: undefined })).toEqual(["inbound.clientId"]);
    const partner = { type: "introspection", authority: "https://partner.example.com" };
    const told = pathsOf({ audience: "orders", authenticators: { partner } });
    expect(told).toEqual(["inbound.authenticators.partner.clientSecret"]);
  });

  it.each([
    [introspection, {}],
    [{ ...introspection, clientAuthentication: "none" }, { clientSecret: undefined }],
    [introspection, { clientSecret: undefined, configDelegate: { getClientCredentials: () => undefined } }],
    [{ ...introspection, clientSecret: "s3cret" }, { clientSecret: undefined }],
  ])("has it from here, from above, from a delegate, or needs none: %#", (inbound, root) => {
    expect(tell(inbound, root)).toEqual([]);
  });
});

describe("two that could take the same token", () => {
  const opaque = { type: "introspection" };
  const custom = { type: "custom", authenticate };

  it.each([
    [{}, {}, "issuer"],
    [{}, { issuer: "https://login.example.com/" }, "issuer"],
    [{ issuer: ["https://a.example", "https://b.example"] }, { issuer: "https://b.example" }, "issuer"],
    [{}, { type: "sidecar", authorizationHeader: ["X-Assertion", "Authorization"] }, "issuer"],
    [opaque, custom, "tokenPrefix"],
    [opaque, { ...custom, tokenPrefix: "key_" }, "tokenPrefix"],
    [{ ...opaque, tokenPrefix: "key_live" }, { ...custom, tokenPrefix: "key_" }, "tokenPrefix"],
  ])("are refused at the second one: %j and %j", (a, b, key) => {
    expect(pathsOf(two(a, b))).toEqual([`inbound.authenticators.b.${key}`]);
  });

  it.each([
    [{}, { issuer: "https://b.example" }],
    [{}, { authority: "https://b.example" }],
    [{}, { byRouteOnly: true }],
    [{ type: "sidecar", authorizationHeader: "x-assertion" }, {}],
    [{}, opaque],
    [opaque, { ...custom, authorizationHeader: "x-api-key" }],
    [opaque, { ...custom, byRouteOnly: true }],
    [
      { ...opaque, tokenPrefix: "at_" },
      { ...custom, tokenPrefix: "key_" },
    ],
  ])("are told apart: %j and %j", (a, b) => {
    expect(tell(two(a, b))).toEqual([]);
  });
});

describe("headers", () => {
  it.each([
    [{ authorizationHeader: "Host" }, "inbound.authorizationHeader"],
    [{ authorizationHeader: ["authorization", "DPoP"] }, "inbound.authorizationHeader.1"],
    [{ authorizationHeader: "x token:" }, "inbound.authorizationHeader"],
    [{ authorizationHeader: "authorization X-Request-Id" }, "messageIdHeader"],
    [{ clientCertificateHeader: "Authorization" }, "inbound.clientCertificateHeader"],
    [{ clientCertificateHeader: "X-Request-Id" }, "inbound.clientCertificateHeader"],
    [{ clientCertificateHeader: "X-Token", authorizationHeader: "x-token" }, "inbound.clientCertificateHeader"],
    [{ authenticators: { a: { authorizationHeader: "upgrade" } } }, "inbound.authenticators.a.authorizationHeader"],
  ])("are not those of others: %j", (inbound, path) => {
    expect(pathsOf({ audience: "orders", ...inbound })).toEqual([path]);
  });
});

describe("the URLs of this API", () => {
  it.each([
    "api.example.com",
    "/orders",
    "ftp://api.example.com",
    "https://api.example.com?x=1",
    "https://api.example.com?",
    "https://api.example.com/#a",
    "https://alice@api.example.com",
    "https:api.example.com",
    "http://api.example.com",
  ])("are absolute, bare and protected: %s", (url) => {
    expect(pathsOf({ audience: "orders", resource: url })).toEqual(["inbound.resource"]);
    expect(pathsOf({ audience: "orders", publicUrls: `${resource} ${url}` })).toEqual(["inbound.publicUrls"]);
  });

  it.each([resource, "https://api.example.com/orders/", "http://localhost:8080"])("may be %s", (url) => {
    expect(tell({ audience: "orders", resource: url, publicUrls: [url] })).toEqual([]);
  });

  it("may be without protection by the dangerous switch", () => {
    const inbound = { audience: "orders", resource: "http://api.example.com" };
    expect(tell(inbound, { [allowInsecureRequests]: true })).toEqual([]);
  });

  it("are asked of a function when they are needed, and checked then", () => {
    const given = ["https://api.example.com/", "http://api.example.com", "garbage"];
    const { inbound } = configure({ inbound: { audience: "orders", resource: () => given.shift() } });
    expect(inbound?.resource?.()).toBe(resource);
    const refusal = expect.objectContaining({ configPath: "inbound.resource" });
    expect(() => inbound?.resource?.()).toThrow(refusal);
    expect(() => inbound?.resource?.()).toThrow(refusal);
  });
});

describe("a setting that cannot be used", () => {
  it.each<readonly [inbound: object, path: string]>([
    [{ dpop: true }, "inbound.resource"],
    [{ dpop: {} }, "inbound.resource"],
    [{ resource, dpop: { algorithms: ["HS256"] } }, "inbound.dpop.algorithms.0"],
    [{ resource, dpop: { nounce: true } }, "inbound.dpop.nounce"],
    [{ resourceMetadata: { resource } }, "inbound.resourceMetadata.resource"],
    [{ resourceMetadata: { authorization_servers: [] } }, "inbound.resourceMetadata.authorization_servers"],
    [{ devProxy: {} }, "inbound.devProxy.url"],
    [{ devProxy: { url: "http://sidecar.example.com" } }, "inbound.devProxy.url"],
    [{ devProxy: { url: "https://sidecar.example.com", mutedWhen: "headers[" } }, "inbound.devProxy.mutedWhen"],
    [{ devProxy: { url: "https://sidecar.example.com", mutedwhen: "" } }, "inbound.devProxy.mutedwhen"],
    [{ backchannelLogout: { path: "logout" } }, "inbound.backchannelLogout.path"],
    [{ issuer: "login.example.com" }, "inbound.issuer"],
    [{ issuer: ["https://a.example", "b"] }, "inbound.issuer.1"],
    [{ identity: { source: "userinfo" } }, "inbound.identity.source"],
    [{ identity: { transformations: ["a"] } }, "inbound.identity.transformations.0"],
    [{ authenticators: {} }, "inbound.authenticators"],
    [{ authenticators: { "a b": {} } }, "inbound.authenticators.a b"],
    [{ authenticators: { a: { audiences: "x" } } }, "inbound.authenticators.a.audiences"],
    [{ authority: "http://login.example.com" }, "inbound.authority"],
    [{ privateKey: "s3cret" }, "inbound.privateKey"],
    [{ validatedTokens: { maxEntries: 0 } }, "inbound.validatedTokens.maxEntries"],
    [{ authority: "https://login.example.com/{tenant}" }, "inbound.authority"],
  ])("is told with its path: %j", (inbound, path) => {
    expect(pathsOf({ audience: "orders", ...inbound })).toEqual([path]);
  });

  it("is told whatever the dangerous switch allows", () => {
    const inbound = { audience: "orders", devProxy: { url: "http://sidecar.example.com" } };
    expect(pathsOf(inbound, { [allowInsecureRequests]: true })).toEqual(["inbound.devProxy.url"]);
  });

  it("is an endpoint for logouts that are for nobody", () => {
    const path = "inbound.backchannelLogout.audience";
    expect(pathsOf({ audience: "orders", backchannelLogout: true }, { clientId: undefined })).toEqual([path]);
    expect(tell({ audience: "orders", backchannelLogout: { audience: "a" } }, { clientId: undefined })).toEqual([]);
  });

  it("is told with the name that was meant", () => {
    const authenticators = { dpop: { audienc: "a" } };
    expect(tell({ audience: "a", resource, dpop: { nounce: true }, authenticators, identiy: {} })).toEqual([
      ["inbound.authenticators.dpop.audienc", 'Write "audience".'],
      ["inbound.dpop.nounce", 'Write "nonce".'],
      ["inbound.identiy", 'Write "identity".'],
    ]);
  });

  it("does not show criteria", () => {
    const devProxy = { url: "https://sidecar.example.com", mutedWhen: "headers[X-Key] = s3cret" };
    expect(() => configure({ inbound: { audience: "a", devProxy } })).toThrow(/position|character/);
    expect(() => configure({ inbound: { audience: "a", devProxy } })).not.toThrow(/s3cret/);
  });

  it("is told with what an exchange for userinfo needs", () => {
    const identity = { source: "userInfo", userInfoGrant: "tokenExchange" };
    expect(pathsOf({ audience: "a", identity }, { clientSecret: undefined })).toEqual(["inbound.clientSecret"]);
    expect(tell({ audience: "a", identity: { source: "userInfo" } }, { clientSecret: undefined })).toEqual([]);
  });
});

describe("an authority with {tenant}", () => {
  const authority = "https://login.example.com/{tenant}";

  it("is for the tenants that are configured", () => {
    expect(pathsOf({ audience: "orders" }, { authority })).toEqual(["inbound.authority"]);
    expect(tell({ audience: "orders" }, { authority, tenants: { acme: {} } })).toEqual([]);
  });

  it("is of no use to introspection: an opaque token names no tenant", () => {
    const introspection = { type: "introspection", audience: "orders" };
    expect(pathsOf(introspection, { authority, tenants: { acme: {} } })).toContain("inbound.authority");
  });

  it("is no matter where nobody is asked", () => {
    const pinned = { audience: "orders", issuer: "https://a.example", keys: { keys: [publicJwk] } };
    expect(tell(pinned, { authority })).toEqual([]);
    expect(tell({ type: "custom", authenticate }, { authority })).toEqual([]);
  });

  it("brings no secret of inbound to a tenant's own server", () => {
    const tenants = { acme: { authority: "https://login.acme.example", clientSecret: "a" } };
    expect(pathsOf({ audience: "orders", clientSecret: "b" }, { tenants })).toEqual(["inbound.clientSecret"]);
    expect(tell({ audience: "orders" }, { tenants })).toEqual([]);
  });
});
