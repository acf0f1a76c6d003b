import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ActorToken } from "../values/actor-token.ts";
import { createKeyRing } from "../values/key-ring.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Secret } from "../values/secret.ts";
import { Capability, openCapability, readCapability } from "./capability.ts";
import type { CapabilityFacts, CapabilitySubject } from "./capability-facts.ts";

const ring = createKeyRing([{ id: "k", key: new Secret(Buffer.alloc(32, 1).toString("base64")) }], "capability");
const otherRing = createKeyRing([{ id: "k", key: new Secret(Buffer.alloc(32, 2).toString("base64")) }], "capability");
const present = 1_700_000_000_000;
const now = (): number => present;
const later = (ms: number) => (): number => present + ms;

const identity = {
  issuer: "https://as.example",
  subject: "alice",
  client: "web-shop",
  scopes: MultiStringValue.from("orders audit"),
  sessionId: "session-1",
  system: false,
};
const byToken: CapabilitySubject = {
  kind: "subjectToken",
  caller: { ...identity, token: new ActorToken("marker-token"), expiresAt: present + 300_000 },
};
const byRefreshToken: CapabilitySubject = {
  kind: "refreshToken",
  caller: { ...identity, system: true, subject: undefined, client: undefined },
  token: new Secret("marker-refresh"),
};

const someFacts = (changes: Partial<CapabilityFacts> = {}): CapabilityFacts => ({
  issuer: "https://as.example",
  client: "orders-api",
  tenant: "acme",
  services: ["inventory", "shipping"],
  issuedAt: present,
  expiresAt: present + 60_000,
  subject: byToken,
  ...changes,
});
const make = (changes?: Partial<CapabilityFacts>): Capability => new Capability(someFacts(changes), ring);
const place = { ring, issuer: "https://as.example", client: "orders-api", now };
const use = { service: "inventory", tenant: "acme", now };
const refusal = (reason: string): unknown => expect.objectContaining({ name: "CapabilityError", reason });

describe("a capability", () => {
  it("says what it is for", () => {
    const capability = make();
    expect([capability.services, capability.tenant, capability.expiresAt]).toEqual([
      ["inventory", "shipping"],
      "acme",
      new Date(present + 60_000),
    ]);
  });

  it("does not change with what it was made of, or what it gave", () => {
    const services = ["inventory"];
    const capability = make({ services });
    services.push("shipping");
    capability.expiresAt.setTime(0);
    expect(capability.services).toEqual(["inventory"]);
    expect(Object.isFrozen(capability.services)).toBe(true);
    expect(capability.expiresAt.getTime()).toBe(present + 60_000);
  });

  it("ends with the caller's token", () => {
    expect(make({ expiresAt: present + 900_000 }).expiresAt).toEqual(new Date(present + 300_000));
  });

  it("needs an end, of its own or of the token", () => {
    expect(make({ expiresAt: Number.POSITIVE_INFINITY }).expiresAt).toEqual(new Date(present + 300_000));
    expect(() => make({ expiresAt: Number.POSITIVE_INFINITY, subject: byRefreshToken })).toThrow(TypeError);
    expect(() => make({ expiresAt: Number.NaN })).toThrow(TypeError);
  });

  it("may outlive the caller's token when it holds a refresh token", () => {
    const capability = make({ expiresAt: present + 900_000, subject: byRefreshToken });
    expect(capability.expiresAt).toEqual(new Date(present + 900_000));
  });

  it.each([
    ["inspect", inspect(make())],
    ["inspect of all", inspect([make()], { depth: 9, showHidden: true })],
    ["inspect without its own say", inspect(make(), { depth: 9, showHidden: true, customInspect: false })],
    ["JSON", JSON.stringify({ capability: make() })],
    ["a text", `${make()}`],
    ["its members", inspect({ ...make() })],
    ["a copy", inspect(structuredClone(make()))],
  ])("shows no token in %s", (_case, shown) => {
    expect(shown).not.toContain("marker");
  });

  it("prints as redacted", () => {
    const capability = make();
    expect([inspect(capability), String(capability), JSON.stringify(capability)]).toEqual([
      "Capability [redacted]",
      "[redacted]",
      '"[redacted]"',
    ]);
  });
});

describe("check", () => {
  it.each([
    ["a service of it", {}],
    ["another service of it", { service: "shipping" }],
    ["its last millisecond", { now: later(59_999) }],
  ])("allows %s", (_case, changes) => {
    expect(() => make().check({ ...use, ...changes })).not.toThrow();
  });

  it.each([
    ["expired", { now: later(60_000) }],
    ["expired", { now: () => Number.NaN }],
    ["service", { service: "billing" }],
    ["service", { service: "" }],
    ["tenant", { tenant: "other" }],
    ["tenant", { tenant: undefined }],
  ])("refuses for %s: %o", (reason, changes) => {
    expect(() => make().check({ ...use, ...changes })).toThrow(refusal(reason));
  });

  it("refuses a tenant where it is for none", () => {
    expect(() => make({ tenant: undefined }).check(use)).toThrow(refusal("tenant"));
  });
});

describe("a sealed capability", () => {
  it.each([
    ["the caller's token", {}],
    ["a refresh token", { subject: byRefreshToken }],
    ["neither tenant nor client", { tenant: undefined, client: undefined }],
    ["no service", { services: [] }],
  ])("opens as it was, with %s", (_case, changes) => {
    const capability = make(changes);
    const opened = openCapability(capability.seal(), { ...place, client: readCapability(capability).client });
    expect(readCapability(opened)).toEqual(readCapability(capability));
    expect(opened.seal()).not.toBe(capability.seal());
  });

  it("keeps the tokens themselves", () => {
    const reopen = (subject: CapabilitySubject): CapabilitySubject =>
      readCapability(openCapability(make({ subject }).seal(), place)).subject;
    const [first, second] = [reopen(byToken), reopen(byRefreshToken)];
    expect(first.kind === "subjectToken" && first.caller.token.value()).toBe("marker-token");
    expect(second.kind === "refreshToken" && second.token.value()).toBe("marker-refresh");
  });

  it("survives a caller's token that never ends", () => {
    const caller = { ...identity, token: new ActorToken("marker-token"), expiresAt: Number.POSITIVE_INFINITY };
    const capability = make({ subject: { kind: "subjectToken", caller } });
    expect(openCapability(capability.seal(), place).expiresAt).toEqual(new Date(present + 60_000));
  });

  it.each([
    ["issuer", { issuer: "https://other.example" }],
    ["client", { client: "billing-api" }],
    ["client", { client: undefined }],
    ["expired", { now: later(60_000) }],
    ["unreadable", { ring: otherRing }],
    ["unsealable", { ring: undefined }],
  ])("is refused for %s", (reason, changes) => {
    expect(() => openCapability(make().seal(), { ...place, ...changes })).toThrow(refusal(reason));
  });

  it("cannot be made without keys", () => {
    expect(() => new Capability(someFacts(), undefined).seal()).toThrow(refusal("unsealable"));
  });

  it("is refused when it was sealed as something else", () => {
    const plaintext = ring?.open(make().seal(), "capability") ?? "";
    expect(() => openCapability(ring?.seal(plaintext, "store") ?? "", place)).toThrow(refusal("unreadable"));
  });

  it("is refused when it holds something else", () => {
    expect(() => openCapability(ring?.seal("{}", "capability") ?? "", place)).toThrow(refusal("unreadable"));
  });
});
