import { describe, expect, it } from "vitest";
import { AuthNode } from "../config/auth-node.ts";
import { Capability } from "../context/capability.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { checkCapability } from "./check-capability.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";

const root = new AuthNode("", {});
const defaults = new AuthNode("serviceDefaults", {}, root);
const serviceNode = (name: string): AuthNode => new AuthNode(`services.${name}`, {}, defaults);
const endpointNode = (name: string, endpoint: string): AuthNode =>
  new AuthNode(`services.${name}.endpoints.${endpoint}`, {}, serviceNode(name));

function make(services: readonly string[]): Capability {
  const caller = {
    issuer: "https://as.example",
    subject: "alice",
    client: "web-shop",
    scopes: MultiStringValue.empty,
    sessionId: undefined,
    system: false,
    token: new ActorToken("t"),
    expiresAt: 1_000,
  };
  const subject = { kind: "subjectToken", caller } as const;
  const life = { issuedAt: 0, expiresAt: 1_000 };
  const facts = { issuer: caller.issuer, client: "orders-api", tenant: undefined, services, ...life, subject };
  return new Capability(facts, undefined);
}

const now = (): number => 0;
const refusal = (reason: string): unknown => expect.objectContaining({ name: "CapabilityError", reason });

describe("checkCapability", () => {
  it.each([
    ["the service", serviceNode("a")],
    ["an endpoint of it", endpointNode("a", "item")],
    ["what is derived from it", new DerivedAuthConfig(endpointNode("a", "item"), { grantType: "clientCredentials" })],
  ])("lets %s pass", (_case, authConfig) => {
    expect(() => checkCapability(make(["b", "a"]), authConfig, now)).not.toThrow();
  });

  it.each([
    ["another service", serviceNode("c")],
    ["an endpoint of another", endpointNode("c", "a")],
    ["a service whose name begins alike", serviceNode("ab")],
    ["a service whose name reads like an endpoint of it", serviceNode("a.endpoints.item")],
    ["a service with that name in its own", serviceNode("services.a")],
    ["the defaults", defaults],
    ["the root", root],
  ])("refuses %s", (_case, authConfig) => {
    expect(() => checkCapability(make(["b", "a"]), authConfig, now)).toThrow(refusal("service"));
  });

  it("refuses an endpoint that reads like a service of it", () => {
    const capability = make(["a.endpoints.item"]);
    expect(() => checkCapability(capability, endpointNode("a", "item"), now)).toThrow(refusal("service"));
  });

  it("refuses what stands for no service, whatever it is for", () => {
    expect(() => checkCapability(make([""]), serviceNode("a"), now)).toThrow(refusal("service"));
  });

  it("refuses after its time", () => {
    expect(() => checkCapability(make(["a"]), serviceNode("a"), () => 1_000)).toThrow(refusal("expired"));
  });

  it("refuses another tenant", () => {
    const ofTenant = new AuthNode("services.a", {}, { parent: root, tenant: "acme" });
    expect(() => checkCapability(make(["a"]), ofTenant, now)).toThrow(refusal("tenant"));
  });
});
