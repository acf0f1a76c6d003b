import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { configure } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import { the } from "../../../../../test/support/the.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { allowInsecureRequests } from "./options.ts";
import { fromEnv } from "./reference.ts";
import type { ResolvedConfiguration } from "./resolved.ts";
import type { ResolvedAuthenticator, ResolvedInbound } from "./resolved-inbound.ts";

const publicJwk = { ...generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }), kid: "2026" };
const resource = "https://api.example.com";
const asymmetric = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

function inboundOf({ inbound }: ResolvedConfiguration): ResolvedInbound {
  if (!inbound) throw new Error("There is no inbound.");
  return inbound;
}

const resolve = (inbound: object, root: object = {}): ResolvedInbound => inboundOf(configure({ ...root, inbound }));

function authenticatorOf(inbound: ResolvedInbound, name = "default"): ResolvedAuthenticator {
  const found = inbound.authenticators.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

describe("inbound", () => {
  it("is one authenticator where it names none", () => {
    const { authenticators } = resolve({ audience: "orders" });
    expect(authenticators).toHaveLength(1);
    expect(authenticators[0]).toMatchObject({ name: "default", configPath: "inbound", type: "jwt" });
    expect(authenticators[0].auth.parent?.configPath).toBe("");
  });

  it("has the defaults that its options tell", () => {
    const inbound = resolve({ audience: "orders" });
    expect(authenticatorOf(inbound)).toMatchObject({
      issuers: [],
      headers: ["authorization"],
      algorithms: asymmetric,
      clockToleranceMs: 5_000,
      jwksCooldownMs: 30_000,
      keys: undefined,
      profile: "any",
      maxLifeMs: undefined,
      tokenPrefix: "",
      byRouteOnly: false,
      keepMs: 60_000,
      introspectionAuthorization: "client",
      authenticate: undefined,
    });
    expect(inbound).toMatchObject({
      resource: undefined,
      publicUrls: [],
      resourceMetadata: {},
      dpop: undefined,
      clientCertificateHeader: undefined,
      identity: { source: "token", userInfoGrant: "forward", transformations: [], keepMs: 60_000 },
      devProxy: undefined,
      backchannelLogout: undefined,
      validatedTokens: { maxEntries: 10_000, maxBytes: 67_108_864 },
    });
  });

  it("accepts bound tokens where its URL is known, unless told otherwise", () => {
    const given = { audience: "orders", resource };
    const algorithms = ["ES256"];
    const defaults = { required: false, nonce: false, algorithms: asymmetric, proofLifeMs: 60_000 };
    expect(resolve(given).dpop).toEqual(defaults);
    expect(resolve({ ...given, dpop: true, algorithms }).dpop).toEqual({ ...defaults, algorithms });
    expect(resolve({ ...given, dpop: { required: true } }).dpop).toEqual({ ...defaults, required: true });
    expect(resolve({ ...given, dpop: false }).dpop).toBeUndefined();
  });

  it("bounds the life of a sidecar's assertions", () => {
    expect(authenticatorOf(resolve({ audience: "orders", type: "sidecar" })).maxLifeMs).toBe(300_000);
    expect(authenticatorOf(resolve({ audience: "orders", type: "sidecar", maxLifeMs: 5 })).maxLifeMs).toBe(5);
  });

  it("reads headers in any case, and each once", () => {
    const authorizationHeader = ["X-Token", "Authorization x-token"];
    expect(authenticatorOf(resolve({ audience: "orders", authorizationHeader })).headers).toEqual([
      "x-token",
      "authorization",
    ]);
    expect(resolve({ audience: "a", clientCertificateHeader: "Client-Cert" }).clientCertificateHeader).toBe(
      "client-cert",
    );
  });

  it("takes the slashes at the end of its URLs off", () => {
    const inbound = resolve({
      audience: "orders",
      resource: `${resource}/v1/`,
      publicUrls: `${resource}/ ${resource}`,
    });
    expect(inbound.resource?.()).toBe(`${resource}/v1`);
    expect(inbound.publicUrls).toEqual([resource]);
  });

  it("mutes the development proxy by criteria or by a function", () => {
    const request = { method: "GET", url: "/health", header: () => undefined };
    const mutes = (mutedWhen: object): boolean | undefined =>
      resolve({ audience: "a", devProxy: { url: "http://localhost:9", ...mutedWhen } }).devProxy?.muted(request);
    expect([{}, { mutedWhen: "url ~~ /health" }, { mutedWhen: () => true }].map(mutes)).toEqual([false, true, true]);
  });

  it("answers to logouts for the client, or for whom it names", () => {
    const logout = (backchannelLogout: unknown): unknown =>
      resolve({ audience: "a", backchannelLogout }).backchannelLogout;
    expect(logout(true)).toMatchObject({ path: "/backchannel-logout", audience: { size: 1 } });
    expect(String(inspect(logout(true)))).toContain(the.clientId);
    expect(inspect(logout({ path: "/out", audience: "shop" }))).toMatch(/\/out.*shop/s);
    expect(logout(false)).toBeUndefined();
  });

  it("asks nothing of userinfo that is meant for services", () => {
    const root = { scope: "inventory.read", audience: "inventory" };
    const { auth } = resolve({ audience: "orders", identity: { resource } }, root).identity;
    expect(auth).toMatchObject({ configPath: "inbound.identity", grantType: "tokenExchange" });
    expect([auth.scope, auth.audience, auth.resource].map(String)).toEqual(["", "", resource]);
  });

  it("is frozen, with what stands in it", () => {
    const inbound = resolve({
      ...{ audience: "orders", resource, keys: { keys: [publicJwk] }, backchannelLogout: true },
      devProxy: { url: "http://localhost:9" },
    });
    const [first] = inbound.authenticators;
    const parts = [inbound, ...Object.values(inbound), first, ...Object.values(first), first.keys?.[0]];
    const loose = parts.filter((part) => typeof part === "object" && !Object.isFrozen(part));
    // A URL and a set of texts have no settable members of their own.
    expect(loose.filter((part) => !/URL|MultiStringValue/.test(part?.constructor.name ?? ""))).toEqual([]);
  });
});

describe("an authenticator with a name", () => {
  const above = {
    ...{ audience: "orders", algorithms: ["ES256"], clockToleranceMs: 1, requiredScopes: "a", profile: "rfc9068" },
    ...{ keepMs: 7, jwksCooldownMs: 8, maxLifeMs: 9, tokenPrefix: "at_", byRouteOnly: true },
  };

  it("has what it does not say itself", () => {
    const authenticators = { main: {}, partner: { audience: "shop", algorithms: ["PS256"], byRouteOnly: false } };
    const inbound = resolve({ ...above, authenticators });
    const { audience, requiredScopes, ...rest } = authenticatorOf(inbound, "main");
    expect([audience, requiredScopes].map(String)).toEqual(["orders", "a"]);
    expect(rest).toMatchObject({
      ...{ configPath: "inbound.authenticators.main", algorithms: ["ES256"], clockToleranceMs: 1, profile: "rfc9068" },
      ...{ keepMs: 7, jwksCooldownMs: 8, maxLifeMs: 9, tokenPrefix: "at_", byRouteOnly: true },
    });
    const partner = authenticatorOf(inbound, "partner");
    expect(partner).toMatchObject({ algorithms: ["PS256"], byRouteOnly: false, keepMs: 7 });
    expect(String(partner.audience)).toBe("shop");
  });

  it("has the server of inbound, or of the root", () => {
    const authenticators = { main: {} };
    const plain = authenticatorOf(resolve({ audience: "a", authenticators }), "main");
    expect(plain.auth.parent?.configPath).toBe("");
    const server = { authority: "https://callers.example.com", clientId: "reader" };
    const { auth } = authenticatorOf(resolve({ audience: "a", ...server, authenticators }), "main");
    expect(auth).toMatchObject({ authority: "https://callers.example.com", clientId: "reader" });
    expect(auth.parent?.configPath).toBe("inbound");
  });

  it("shows another host no secret", () => {
    const partner = { authority: "https://partner.example.com", clientId: "reader" };
    const inbound = resolve({ audience: "a", clientSecret: "s3cret", authenticators: { main: {}, partner } });
    expect(authenticatorOf(inbound, "main").auth.clientSecret?.value()).toBe("s3cret");
    expect(authenticatorOf(inbound, "partner").auth.secretSource).toBeUndefined();
  });

  it("takes no issuer over beside its own server, and no keys beside its own issuer", () => {
    const shared = { audience: "a", issuer: "https://a.example", keys: { keys: [publicJwk] } };
    const authenticators = {
      main: {},
      partner: { authority: "https://b.example" },
      other: { issuer: "https://c.example" },
    };
    const inbound = resolve({ ...shared, authenticators });
    const seen = ["main", "partner", "other"].map((name) => {
      const { issuers, keys } = authenticatorOf(inbound, name);
      return [issuers, keys?.length];
    });
    expect(seen).toEqual([
      [["https://a.example"], 1],
      [[], undefined],
      [["https://c.example"], undefined],
    ]);
  });

  it("asks the function of custom alone", () => {
    const authenticate = (): undefined => undefined;
    const inbound = resolve({ audience: "a", authenticate, authenticators: { key: { type: "custom" }, token: {} } });
    expect(authenticatorOf(inbound, "key").authenticate).toBe(authenticate);
    expect(authenticatorOf(inbound, "token").authenticate).toBeUndefined();
  });
});

describe("the environment", () => {
  const environment = {
    BEHALF__INBOUND__AUTHENTICATORS__PARTNER__AUDIENCE: "shop till",
    BEHALF__INBOUND__AUTHENTICATORS__PARTNER__CLIENT_SECRET: "s3cret",
    BEHALF__INBOUND__AUTHENTICATORS__PARTNER__KEEP_MS: "5",
    BEHALF__INBOUND__DPOP__NONCE: "true",
    BEHALF__INBOUND__ALGORITHMS: "ES256 PS256",
    BEHALF__INBOUND__IDENTITY__SOURCE: "userInfo",
    BEHALF__INBOUND__DEV_PROXY__URL: "http://localhost:9",
    BEHALF__INBOUND__BACKCHANNEL_LOGOUT: "true",
    BEHALF__INBOUND__VALIDATED_TOKENS__MAX_ENTRIES: "6",
    BEHALF__INBOUND__RESOURCE_METADATA: '{"resource_name":"Orders"}',
    BEHALF__INBOUND__KEYS: JSON.stringify({ keys: [publicJwk] }),
  };

  it("reaches every group of inbound", () => {
    const code = { audience: "orders", resource, authenticators: { partner: {} } };
    const inbound = inboundOf(configure({ inbound: code }, { environment }));
    const partner = authenticatorOf(inbound, "partner");
    expect([...partner.audience]).toEqual(["shop", "till"]);
    expect(partner.auth.clientSecret?.value()).toBe("s3cret");
    expect(partner).toMatchObject({ keepMs: 5, algorithms: ["ES256", "PS256"], keys: [publicJwk] });
    expect(inbound).toMatchObject({
      dpop: { nonce: true },
      identity: { source: "userInfo" },
      devProxy: { url: { port: "9" } },
      backchannelLogout: { path: "/backchannel-logout" },
      validatedTokens: { maxEntries: 6 },
      resourceMetadata: { resource_name: "Orders" },
    });
  });

  it.each([
    ["BEHALF__INBOUND__AUTHENTICATE", /fits nothing there/],
    ["BEHALF__INBOUND__IDENTITY__TRANSFORMATIONS", /fits nothing there/],
    ["BEHALF__INBOUND__DPOP__NONCES", /Write NONCE/],
    ["BEHALF__INBOUND__AUTHENTICATORS__PARTNR__AUDIENCE", /Write PARTNER/],
    ["BEHALF__INBOUND__IDENTITY", /names a group/],
  ])("is told of a name that fits nothing: %s", (variable, told) => {
    const inbound = { audience: "a", authenticators: { partner: {} } };
    expect(() => configure({ inbound }, { environment: { [variable]: "a" } })).toThrow(told);
  });
});

describe("a configuration file", () => {
  const resolveFile = (file: object): ResolvedInbound => {
    const configFile = join(makeTemporaryFolder(), "behalf.json");
    writeFileSync(configFile, JSON.stringify(file));
    return inboundOf(configure({}, { configFile, environment: { PARTNER: "s3cret" } }));
  };

  it("says where an authenticator's secret stands, whatever the authenticator is called", () => {
    const authenticators = { certificate: { authority: "https://b.example", clientSecret: "${env:PARTNER}" } };
    const inbound = resolveFile({ inbound: { audience: "a", authenticators } });
    expect(authenticatorOf(inbound, "certificate").auth.clientSecret?.value()).toBe("s3cret");
  });

  it("may not hold it", () => {
    const authenticators = { proxy: { clientSecret: "s3cret" } };
    const read = () => resolveFile({ inbound: { audience: "a", authenticators } });
    expect(read).toThrow(/inbound.authenticators.proxy.clientSecret: a secret in the file/);
    expect(read).not.toThrow(/s3cret/);
  });

  it("may hold public keys and metadata", () => {
    const keys = { keys: [{ ...publicJwk, certificate: "a" }] };
    const inbound = resolveFile({ inbound: { audience: "a", keys, resourceMetadata: { proxy: "a", key: "b" } } });
    expect(inbound.resourceMetadata).toEqual({ proxy: "a", key: "b" });
  });
});

describe("a description", () => {
  const partner = { audience: "shop", authority: "https://partner.example.com", clientSecret: fromEnv("PARTNER") };
  const inbound = {
    ...{ audience: "orders", clockToleranceMs: 1, resource, dpop: { nonce: true }, backchannelLogout: true },
    devProxy: { url: "http://localhost:9", mutedWhen: "headers[X-Key] == s3cret" },
    authenticators: { main: { clientSecret: "s3cret" }, partner },
  };
  const sources = { environment: { PARTNER: "s3cret", BEHALF__INBOUND__DPOP__REQUIRED: "true" } };

  it("tells each setting with its source", () => {
    const { settings } = describeConfiguration(configure({ inbound }, sources));
    expect(settings).toMatchObject({
      "inbound.authenticators.main.audience": { value: ["orders"], source: "code, from inbound.audience" },
      "inbound.authenticators.main.clockToleranceMs": { value: 1, source: "code, from inbound.clockToleranceMs" },
      "inbound.authenticators.main.keepMs": { value: 60_000, source: "default" },
      "inbound.authenticators.main.clientSecret": { value: "[redacted]", source: "code" },
      "inbound.authenticators.main.authority": { value: "https://login.example.com", source: "code, from authority" },
      "inbound.authenticators.partner.audience": { value: ["shop"], source: "code" },
      "inbound.authenticators.partner.authority": { value: "https://partner.example.com", source: "code" },
      "inbound.authenticators.partner.clientSecret": { value: "${env:PARTNER}", source: "code" },
      "inbound.resource": { value: resource, source: "code" },
      "inbound.dpop.nonce": { value: true, source: "code" },
      "inbound.dpop.required": { value: true, source: "environment" },
      "inbound.devProxy.mutedWhen": { value: "given", source: "code" },
      "inbound.backchannelLogout.path": { value: "/backchannel-logout", source: "default" },
      "inbound.validatedTokens.maxEntries": { value: 10_000, source: "default" },
    });
  });

  it("calls pinned keys by their ids", () => {
    const { settings } = describeConfiguration(configure({ inbound: { audience: "a", keys: { keys: [publicJwk] } } }));
    expect(settings["inbound.keys"]).toEqual({ value: ["2026"], source: "code" });
  });

  it("tells the URL that a function gives now, or that there is a function", () => {
    const shown = (from: () => unknown): unknown =>
      describeConfiguration(configure({ inbound: { audience: "a", resource: from } })).settings["inbound.resource"]
        ?.value;
    expect(shown(() => resource)).toBe(resource);
    expect(shown(() => undefined)).toBe("given");
  });
});

describe("a warning", () => {
  it.each<readonly [inbound: object, paths: readonly string[]]>([
    [{}, []],
    [{ devProxy: { url: "http://localhost:9" } }, ["inbound.devProxy"]],
    [{ byRouteOnly: true }, ["inbound.byRouteOnly"]],
    [{ byRouteOnly: true, authenticators: { a: {}, b: {} } }, ["inbound.authenticators"]],
    [{ byRouteOnly: true, authenticators: { a: {}, b: { byRouteOnly: false } } }, []],
    [{ type: "introspection", keepMs: 300_000 }, []],
    [{ type: "introspection", keepMs: 300_001 }, ["inbound.keepMs"]],
    [{ keepMs: 300_001 }, []],
    [{ keys: { keys: [publicJwk] } }, ["inbound.keys"]],
  ])("is given of what is worth a second look: %j", (members, paths) => {
    const { warnings } = describeConfiguration(configure({ services: {}, inbound: { audience: "a", ...members } }));
    expect(warnings.map(({ path }) => path)).toEqual(paths);
  });

  it("is given of each URL of this API in clear text", () => {
    const inbound = { audience: "a", resource: "http://api.example.com", publicUrls: "http://old.example.com" };
    const { warnings } = describeConfiguration(configure({ services: {}, inbound, [allowInsecureRequests]: true }));
    expect(warnings.map(({ path }) => path)).toEqual(["inbound.resource", "inbound.publicUrls"]);
  });
});
