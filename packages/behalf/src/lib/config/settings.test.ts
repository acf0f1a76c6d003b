import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { configure, endpointOf } from "../../../../../test/support/configure.ts";
import { the } from "../../../../../test/support/the.ts";
import { AuthNode } from "./auth-node.ts";
import { defaultAuthSettings } from "./default-auth-settings.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { readOwnAuth } from "./own-auth.ts";
import { presetNames } from "./presets.ts";
import { generateSigningKey } from "./read-signing-key.ts";
import { fromProvider } from "./reference.ts";

const host = "https://inventory.example.com";
const authority = "https://login.example.com";
const signer = generateSigningKey();

function endpointWith(root: object, service: object = {}, endpoint: object = {}): AuthNode {
  const inventory = { host, ...service, endpoints: { item: { path: "/", ...endpoint } } };
  return endpointOf(configure({ ...root, services: { inventory } })).auth;
}

describe("settings", () => {
  it("are the protocol's defaults where nothing is said", () => {
    expect(endpointWith({}).settings).toEqual(defaultAuthSettings);
  });

  it("come from the nearest level that has them", () => {
    const root = { subjectTokenType: "urn:a:root", refreshReuse: true, maxDelegatedTtlMs: 1, audienceGuard: "off" };
    const { settings } = endpointWith(
      root,
      { subjectTokenType: "urn:a:service", refreshReuse: false },
      { maxDelegatedTtlMs: 2 },
    );
    expect(settings).toMatchObject({
      subjectTokenType: "urn:a:service",
      refreshReuse: false,
      maxDelegatedTtlMs: 2,
      audienceGuard: "off",
    });
  });

  it("are frozen, with what stands in them", () => {
    const { settings } = endpointWith({ extraParameters: { a: "b" }, dpop: true, forwardTo: host });
    const parts = [
      settings,
      settings.dialect,
      settings.parameters,
      settings.parameters[0],
      settings.dpop,
      settings.forwardTo,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it("share keys and sources with all who inherit them", () => {
    const root = {
      dpop: { algorithm: "ES384" },
      privateKey: signer,
      clientSecret: ["a", "b"],
      certificateBoundTokens: false,
    };
    const node = endpointWith(root, { subjectTokenType: "urn:x:y" }, { scope: "a" });
    const top = node.parent?.parent?.parent;
    expect(node.settings.dpop).toBe(top?.settings.dpop);
    expect(node.settings.dpop?.key?.read()).toBe(top?.settings.dpop?.key?.read());
    expect(node.settings.dpop?.key?.read()?.algorithm).toBe("ES384");
    expect(node.settings.privateKey).toBe(top?.settings.privateKey);
    expect(node.secretSource).toBe(top?.secretSource);
  });

  it("have a key of their own where more is said of it", () => {
    const node = endpointWith({ privateKey: signer, keyId: "root" }, { keyId: "service" });
    expect(node.settings.privateKey?.read()?.keyId).toBe("service");
    expect(node.parent?.parent?.settings.privateKey?.read()?.keyId).toBe("root");
  });

  it("can take the binding to a key away", () => {
    expect(endpointWith({ dpop: true }, {}, { dpop: false }).settings.dpop).toBeUndefined();
  });

  it("write parameters sorted by name, with authorization_details among them", () => {
    const { settings } = endpointWith({
      extraParameters: { z: "1", a: ["2", "3"] },
      authorizationDetails: [{ type: "stock" }],
    });
    expect(settings.parameters).toEqual([
      ["a", "2"],
      ["a", "3"],
      ["authorization_details", '[{"type":"stock"}]'],
      ["z", "1"],
    ]);
  });

  it("fail on deviations under strictProtocol, unless the guard says otherwise", () => {
    expect(endpointWith({ strictProtocol: true }).settings.audienceGuard).toBe("fail");
    expect(endpointWith({ strictProtocol: true, audienceGuard: "warn" }).settings.audienceGuard).toBe("warn");
  });

  it("name the authority only where it is not the root's", () => {
    expect(endpointWith({}).settings.authority).toBeUndefined();
    expect(endpointWith({}, { authority }).settings.authority).toBeUndefined();
    expect(endpointWith({}, { authority: "https://second.example" }).settings.authority).toBe("https://second.example");
  });

  it("leave the token endpoint of another authority behind", () => {
    const root = { tokenEndpoint: `${authority}/token`, issuerTemplate: "https://a/{tenantid}" };
    expect(endpointWith(root, { authority: "https://second.example" }).settings).toMatchObject({
      tokenEndpoint: undefined,
      issuerTemplate: undefined,
    });
  });

  it("bind tokens to the certificate for the methods that show one", () => {
    expect(endpointWith({ clientAuthentication: "tls_client_auth" }).settings.certificateBoundTokens).toBe(true);
    const off = { clientAuthentication: "tls_client_auth", certificateBoundTokens: false };
    expect(endpointWith(off).settings.certificateBoundTokens).toBe(false);
  });
});

describe("the first server of an identity assertion", () => {
  const second = { grantType: "identityAssertion", authority: "https://second.example", clientSecret: "second" };

  it("is the root unless another is named", () => {
    const node = endpointWith({}, second);
    expect(node.settings.identityProvider).toBe(node.parent?.parent?.parent);
    expect(endpointWith({}).settings.identityProvider).toBeUndefined();
  });

  it("inherits from the root, and not from the node", () => {
    const identityProvider = { authority: "https://first.example", clientSecret: "first", scope: "openid" };
    const node = endpointWith({ tokenEndpoint: `${authority}/token` }, { ...second, clientId: "b", identityProvider });
    expect(node.identityProvider).toMatchObject({
      configPath: "services.inventory.identityProvider",
      clientId: the.clientId,
      settings: { authority: "https://first.example", tokenEndpoint: undefined, identityProvider: undefined },
    });
  });

  it("is one object for all who inherit it", () => {
    const node = endpointWith({ identityProvider: { clientId: "idp" } }, second);
    expect(node.identityProvider).toBe(node.parent?.identityProvider);
    expect(node.identityProvider).toMatchObject({ configPath: "identityProvider", clientId: "idp" });
  });
});

describe("another authority", () => {
  const secrets = { clientSecret: "s", refreshToken: "r", clientAssertion: "a", actorToken: "t" };
  const other = (authority: string): AuthNode => {
    const root = new AuthNode("", readOwnAuth({ authority: "https://login.example.com/a", clientId: "a", ...secrets }));
    return new AuthNode("services.x", readOwnAuth({ authority }), root);
  };

  it("inherits no secret at another host", () => {
    const { clientId, clientSecret, settings } = other("https://evil.example/a");
    expect({ clientId, clientSecret }).toEqual({ clientId: "a", clientSecret: undefined });
    expect(settings).toMatchObject({ refreshToken: undefined, clientAssertion: undefined, actorToken: undefined });
  });

  it("inherits them at the same host", () => {
    expect(other("https://login.example.com/b").clientSecret?.value()).toBe("s");
  });
});

describe("another preset", () => {
  it("takes nothing over from the one above", () => {
    const root = new AuthNode("", readOwnAuth({ authority: "https://login.example.com", preset: "apigee" }));
    const { settings } = new AuthNode("services.x", readOwnAuth({ preset: "cognito" }), root);
    expect([settings.dialect.basicEncoding, settings.subjectTokenType]).toEqual(["form", undefined]);
  });
});

describe("hasCredential", () => {
  const key = { privateKey: signer };
  const assertion = fromProvider(() => {
    throw new Error("must not be read");
  });

  const bare = (auth: object): AuthNode => new AuthNode("", readOwnAuth({ clientId: the.clientId, ...auth }));

  it("is not there without a client id", () => {
    expect(new AuthNode("", readOwnAuth({ clientAuthentication: "none" })).hasCredential).toBe(false);
  });

  it.each([
    ["client_secret_basic", { clientSecret: "s" }, true],
    ["client_secret_jwt", {}, false],
    ["private_key_jwt", key, true],
    ["private_key_jwt", {}, false],
    ["workload_identity", { clientAssertion: assertion }, true],
    ["workload_identity", {}, false],
    ["none", {}, true],
    ["tls_client_auth", {}, false],
    ["client_secret_post", { clientSecret: assertion }, true],
  ])("tells without reading whether %s has what it needs: %o", (clientAuthentication, members, expected) => {
    expect(bare({ clientAuthentication, ...members }).hasCredential).toBe(expected);
  });
});

describe("a preset", () => {
  it("stands behind what is beside it, and before what is above", () => {
    const { settings, clientAuthentication } = endpointWith(
      { clientAuthentication: "client_secret_basic", assertionAudience: "above", delegatedGrant: "jwtBearer" },
      { preset: "entra", delegatedGrant: "tokenExchange" },
    );
    expect(clientAuthentication).toBe("client_secret_post");
    expect(settings).toMatchObject({
      delegatedGrant: "tokenExchange",
      dialect: { assertionAudience: "tokenEndpoint" },
    });
  });

  it.each([
    ["https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0"],
    ["https://login.microsoftonline.com/organizations/v2.0", "https://login.microsoftonline.com/{tenantid}/v2.0"],
    ["https://login.microsoftonline.com/5c8a/v2.0", undefined],
  ])("of Entra knows the issuers of %s", (given, expected) => {
    expect(configure({ preset: "entra", authority: given }).root.settings.issuerTemplate).toBe(expected);
  });

  it("of Apigee knows the platform's token endpoint, header and subject token", () => {
    const configuration = configure({ preset: "apigee" });
    expect(configuration.messageIdHeader).toBe("api-flow-id");
    expect(configuration.root.settings).toMatchObject({
      tokenEndpoint: `${authority}/oauth2/token`,
      subjectTokenType: "urn:ietf:params:oauth:token-type:id_token",
    });
    expect(configure({ preset: "apigee", messageIdHeader: "x-own" }).messageIdHeader).toBe("x-own");
  });

  it("is told as the source of what it says", () => {
    const { settings, services } = describeConfiguration(configure({ preset: "apigee", basicEncoding: "form" }));
    expect(settings).toMatchObject({
      preset: { value: "apigee", source: "code" },
      messageIdHeader: { value: "api-flow-id", source: "preset apigee" },
      tokenEndpoint: { source: "preset apigee" },
      basicEncoding: { value: "form", source: "code" },
    });
    expect(services.inventory?.settings.subjectTokenType?.source).toBe("preset apigee, from preset");
  });

  it.each(presetNames)("can be used: %s", (preset) => {
    expect(configure({ preset, grantType: "clientCredentials" }).problems).toEqual([]);
  });
});

describe("a resolved configuration", () => {
  it("prints no secret, wherever it stands", () => {
    const marker = the.markerSecret;
    const jwk = generateJwk();
    const key = Buffer.alloc(32, marker).toString("base64");
    const configuration = configure({
      clientSecret: [marker, `${marker}2`],
      privateKey: jwk,
      refreshToken: marker,
      clientAssertion: marker,
      actorToken: marker,
      proxy: `http://user:${marker}@proxy.example`,
      encryptionKeys: [{ id: "a", key }],
    });
    const node = endpointOf(configuration).auth;
    const description = describeConfiguration(configure({ extraParameters: { api_key: marker } }));
    const printed = [node, node.settings, configuration, describeConfiguration(configuration), description].map(
      (part) => inspect(part, { depth: 12, showHidden: true }),
    );
    for (const secret of [marker, jwk.d, key]) expect(printed.join("\n")).not.toContain(secret);
    expect(description.settings.extraParameters?.value).toEqual(["api_key"]);
  });

  it("prints of a node's parameters and details the names", () => {
    const marker = the.markerSecret;
    const given = { extraParameters: { api_key: marker }, authorizationDetails: [{ type: marker }] };
    const node = endpointOf(configure({ ...given, scope: "a b" })).auth;
    for (const printed of [inspect(node, { depth: 12 }), inspect({ node }), JSON.stringify({ node })]) {
      expect(printed).not.toContain(marker);
      expect(printed).toMatch(/services\.inventory\.endpoints\.item.*"api_key","authorization_details"/);
    }
    expect(JSON.parse(JSON.stringify(node))).toMatchObject({ grantType: "none", clientId: the.clientId });
  });
});

function generateJwk(): { readonly kty: string; readonly d: string } {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  return { ...key, kty: "EC", d: String(key.d) };
}
