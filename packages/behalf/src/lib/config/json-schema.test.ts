import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grantTypeNames } from "./grant-type.ts";
import { makeJsonSchema } from "./json-schema.ts";
import { callGroups } from "./known-call-keys.ts";
import { authenticatorKeys, inboundKeys } from "./known-inbound-keys.ts";
import {
  authKeys,
  clientCertificateKeys,
  dpopKeys,
  endpointKeys,
  identityProviderKeys,
  rootKeys,
  serviceKeys,
  tenantKeys,
  tokenMemoryKeys,
} from "./known-keys.ts";

interface Node {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: boolean | Node;
}

const file = new URL("../../../schema.json", import.meta.url);
const root = makeJsonSchema() as Node;
const follow = (node: Node | undefined): Node | undefined =>
  node?.$ref === undefined ? node : root.$defs?.[node.$ref.replace("#/$defs/", "")];
const at = (node: Node | undefined, name: string): Node | undefined => follow(node?.properties?.[name]);
const memberOf = (node: Node | undefined): Node | undefined => {
  const members = node?.additionalProperties;
  return typeof members === "object" ? (members.anyOf?.[1] ?? members) : undefined;
};
const service = memberOf(at(root, "services"));
const endpoint = memberOf(at(service, "endpoints"));
const nodes = {
  root,
  service,
  endpoint,
  inbound: at(root, "inbound"),
  authenticator: memberOf(at(at(root, "inbound"), "authenticators")),
  inboundDpop: at(at(root, "inbound"), "dpop")?.anyOf?.[1],
  identity: at(at(root, "inbound"), "identity"),
  devProxy: at(at(root, "inbound"), "devProxy"),
  backchannelLogout: at(at(root, "inbound"), "backchannelLogout")?.anyOf?.[1],
  validatedTokens: at(at(root, "inbound"), "validatedTokens"),
  serviceDefaults: at(root, "serviceDefaults"),
  tenant: memberOf(at(root, "tenants")),
  identityProvider: at(endpoint, "identityProvider"),
  clientCertificate: at(service, "clientCertificate"),
  dpop: at(root, "dpop")?.anyOf?.[1],
  encryptionKey: at(root, "encryptionKeys")?.items,
};
const inCodeOnly = ["tenant", "isSystemCaller", "configDelegate", "onRequest", "onResponse"];

function walk(node: Node | undefined): readonly Node[] {
  if (!node) return [];
  const properties = Object.values(node.properties ?? {}).map(follow);
  const inner = [...properties, ...(node.anyOf ?? []), node.items, memberOf(node)];
  return [node, ...inner.flatMap(walk)];
}

describe("schema.json", () => {
  it("is in step with the code; UPDATE_SCHEMA=1 writes it anew", () => {
    const text = `${JSON.stringify(root, undefined, 2)}\n`;
    if (process.env.UPDATE_SCHEMA === "1") writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});

describe("makeJsonSchema", () => {
  it("writes each auth setting once", () => {
    expect(Object.keys(root.$defs ?? {}).sort()).toEqual([...authKeys].sort());
    const levels = [root, service, endpoint, nodes.serviceDefaults];
    expect(levels.map((level) => authKeys.every((key) => level?.properties?.[key]?.$ref === `#/$defs/${key}`))).toEqual(
      levels.map(() => true),
    );
  });

  it.each([
    ["root", [...rootKeys.filter((key) => !inCodeOnly.includes(key)), "$schema"]],
    ["service", serviceKeys.filter((key) => !inCodeOnly.includes(key))],
    ["endpoint", endpointKeys],
    ["inbound", inboundKeys.filter((key) => key !== "authenticate")],
    ["authenticator", authenticatorKeys.filter((key) => key !== "authenticate")],
    ["inboundDpop", ["required", "nonce", "algorithms", "proofLifeMs"]],
    ["identity", ["source", "userInfoGrant", "scope", "audience", "resource", "keepMs"]],
    ["devProxy", ["url", "mutedWhen"]],
    ["backchannelLogout", ["path", "audience"]],
    ["validatedTokens", ["maxEntries", "maxBytes"]],
    ["serviceDefaults", authKeys],
    ["tenant", tenantKeys],
    ["identityProvider", identityProviderKeys],
    ["clientCertificate", clientCertificateKeys],
    ["dpop", dpopKeys],
    ["encryptionKey", ["id", "key"]],
  ] as const)("knows the keys of %s and no others", (name, keys) => {
    expect(Object.keys(nodes[name]?.properties ?? {}).sort()).toEqual([...keys].sort());
    expect(nodes[name]?.additionalProperties).toBe(false);
  });

  it.each([...callGroups])("knows the keys of %s and no others, at every level", (name, keys) => {
    for (const level of [root, service, endpoint, nodes.serviceDefaults]) {
      const group = at(level, name);
      const { properties, additionalProperties } = group?.anyOf?.[1] ?? group ?? {};
      expect([Object.keys(properties ?? {}), additionalProperties]).toEqual([keys, false]);
    }
  });

  it("offers for retries the methods that can be tried again", () => {
    const methods = at(at(service, "retry")?.anyOf?.[1], "methods")?.anyOf?.[0]?.enum;
    expect(methods).toEqual(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
    expect(at(endpoint, "methods")?.anyOf?.[0]?.enum).toContain("PATCH");
  });

  it("knows the keys of tokenMemory", () => {
    expect(Object.keys(at(root, "tokenMemory")?.properties ?? {})).toEqual(tokenMemoryKeys);
  });

  it("says something of every property", () => {
    const silent = walk(root).flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([name, property]) => (follow(property)?.description ? [] : [name])),
    );
    expect(silent).toEqual([]);
  });

  it("requires nothing, for the code can have it", () => {
    expect(walk(root).flatMap(({ required = [] }) => required)).toEqual([]);
  });

  it("offers the grant types at every level", () => {
    const offered = [root, service, endpoint, nodes.serviceDefaults].map((node) => at(node, "grantType")?.enum);
    expect(offered).toEqual(Array.from(offered, () => grantTypeNames));
  });

  it.each([
    ["${env:SECRET}", true],
    ["${file:/run/secret}", true],
    ["plain", false],
    ["${env:A} plain", false],
  ])("takes %s for a secret: %s", (text, expected) => {
    const secrets = [
      at(root, "clientSecret")?.anyOf?.[0],
      at(root, "clientSecret")?.anyOf?.[1]?.items,
      at(service, "privateKey")?.anyOf?.[0],
      at(endpoint, "refreshToken"),
      at(nodes.tenant, "clientAssertion"),
      at(nodes.clientCertificate, "privateKey")?.anyOf?.[0],
      at(nodes.encryptionKey, "key"),
    ];
    expect(secrets.map((secret) => new RegExp(secret?.pattern ?? "").test(text))).toEqual(secrets.map(() => expected));
  });

  it("has the types of the simple settings", () => {
    expect(at(service, "host")).toMatchObject({ type: "string" });
    expect(at(service, "timeoutMs")).toMatchObject({ type: "integer", minimum: 1 });
    expect(at(root, "strict")).toMatchObject({ type: "boolean" });
    expect(at(root, "clientAuthentication")?.enum).toContain("private_key_jwt");
    expect(at(endpoint, "path")).toMatchObject({ type: "string", pattern: "^/" });
  });

  it("lets a service and an endpoint be a text", () => {
    const short = [at(root, "services"), at(service, "endpoints")].map(
      (node) => typeof node?.additionalProperties === "object" && node.additionalProperties.anyOf?.[0]?.type,
    );
    expect(short).toEqual(["string", "string"]);
  });
});
