import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Capability, openCapability, readCapability } from "../../packages/behalf/src/lib/context/capability.ts";
import type { CapabilityFacts, CapabilitySubject } from "../../packages/behalf/src/lib/context/capability-facts.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { createKeyRing } from "../../packages/behalf/src/lib/values/key-ring.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { showAll } from "../support/marks.ts";
import { chooseSeed } from "../support/seed.ts";
import { the } from "../support/the.ts";

fc.configureGlobal({ seed: chooseSeed("capability") });

const present = 1_700_000_000_000;
const marker = the.markerSecret;
const keys = [0x10, 0x5b].map((filling, index) => ({
  id: `key-${index}`,
  key: new Secret(Buffer.alloc(32, filling).toString("base64")),
}));
const ring = createKeyRing(keys, "capability");

/** Any text that JavaScript can hold, half surrogates included. */
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\ud800", '"', "__proto__", "a\u2028b"));
const maybe = fc.option(text, { nil: undefined });
const token = fc.stringMatching(/^[!-~]{1,40}$/).map((rest) => `${marker}${rest}`);
const instant = fc.integer({ min: present + 1, max: present + 10 ** 9 });
const identity = fc.record({
  issuer: text,
  subject: maybe,
  client: maybe,
  scopes: fc.array(fc.stringMatching(/^\S+$/)).map((items) => MultiStringValue.from(items)),
  sessionId: maybe,
  system: fc.boolean(),
});
const subject: fc.Arbitrary<CapabilitySubject> = fc.oneof(
  fc.tuple(identity, token, instant).map(([caller, value, expiresAt]) => ({
    kind: "subjectToken" as const,
    caller: { ...caller, token: new ActorToken(value), expiresAt },
  })),
  fc
    .tuple(identity, token)
    .map(([caller, value]) => ({ kind: "refreshToken" as const, caller, token: new Secret(value) })),
);
const facts: fc.Arbitrary<CapabilityFacts> = fc.record({
  issuer: text,
  client: maybe,
  tenant: maybe,
  services: fc.array(text, { maxLength: 4 }),
  issuedAt: instant,
  expiresAt: instant,
  subject,
});

const open = (sealed: string, { issuer, client }: Pick<CapabilityFacts, "issuer" | "client">): Capability =>
  openCapability(sealed, { ring, issuer, client, now: () => present });

/** What the facts say, with the tokens laid open, so that they can be compared. */
function layOpen(capability: Capability): unknown {
  const said = readCapability(capability);
  const held = said.subject.kind === "subjectToken" ? said.subject.caller.token : said.subject.token;
  return { ...said, token: held.value(), scopes: [...said.subject.caller.scopes] };
}

function refusalOf(sealed: string, made: CapabilityFacts): unknown {
  try {
    return open(sealed, made);
  } catch (error) {
    return error;
  }
}

const unreadable = expect.objectContaining({ code: "BEHALF_CAPABILITY_REFUSED", reason: "unreadable" });

describe("a sealed capability", () => {
  it("keeps all facts", () => {
    const property = fc.property(facts, (made) => {
      const capability = new Capability(made, ring);
      const opened = open(capability.seal(), made);
      expect(layOpen(opened)).toEqual(layOpen(capability));
      expect(readCapability(opened)).toEqual(readCapability(capability));
      expect([opened.services, opened.tenant]).toEqual([made.services, made.tenant]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("never ends after the caller's token", () => {
    const property = fc.property(facts, (made) => {
      const end = open(new Capability(made, ring).seal(), made).expiresAt.getTime();
      const latest = made.subject.kind === "subjectToken" ? made.subject.caller.expiresAt : made.expiresAt;
      expect(end).toBe(Math.min(made.expiresAt, latest));
    });
    fc.assert(property);
  });

  it("is refused with any one bit changed", () => {
    const property = fc.property(facts, (made) => {
      const sealed = new Capability(made, ring).seal();
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const changed = Buffer.from(sealed, "latin1");
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(refusalOf(changed.toString("latin1"), made)).toEqual(unreadable);
      }
    });
    fc.assert(property, { numRuns: 10 });
  });

  it("is refused with any one bit of its bytes changed", () => {
    const property = fc.property(facts, (made) => {
      const [version, id, payload = ""] = new Capability(made, ring).seal().split(".");
      const bytes = Buffer.from(payload, "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(refusalOf(`${version}.${id}.${changed.toString("base64url")}`, made)).toEqual(unreadable);
      }
    });
    fc.assert(property, { numRuns: 10 });
  });

  it("is refused when anything is cut off its end or its beginning", () => {
    const property = fc.property(facts, (made) => {
      const sealed = new Capability(made, ring).seal();
      for (let length = 0; length < sealed.length; length++) {
        expect(refusalOf(sealed.slice(0, length), made)).toEqual(unreadable);
        expect(refusalOf(sealed.slice(sealed.length - length), made)).toEqual(unreadable);
      }
    });
    fc.assert(property, { numRuns: 20 });
  });

  it("is refused for any text that was not sealed", () => {
    const payload = fc.oneof(
      fc.base64String().map((given) => given.replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_")),
      fc.string({ unit: "binary" }),
    );
    const property = fc.property(payload, facts, (given, made) => {
      for (const foreign of [given, `b1.${given}`, `b1.key-0.${given}`])
        expect(refusalOf(foreign, made)).toEqual(unreadable);
    });
    fc.assert(property);
  });

  it("differs from any other of the same capability", () => {
    const property = fc.property(facts, (made) => {
      const capability = new Capability(made, ring);
      expect(new Set([capability.seal(), capability.seal(), open(capability.seal(), made).seal()]).size).toBe(3);
    });
    fc.assert(property);
  });

  it("is refused under any other issuer or client", () => {
    const property = fc.property(facts, text, maybe, (made, issuer, client) => {
      const sealed = new Capability(made, ring).seal();
      const wrong = issuer === made.issuer ? (client === made.client ? undefined : "client") : "issuer";
      const settled = refusalOf(sealed, { ...made, issuer, client });
      if (wrong === undefined) expect(settled).toBeInstanceOf(Capability);
      else expect(settled).toEqual(expect.objectContaining({ code: "BEHALF_CAPABILITY_REFUSED", reason: wrong }));
    });
    fc.assert(property);
  });
});

describe("the token of a capability", () => {
  it("is in nothing that is printed, sealed or thrown", () => {
    const property = fc.property(facts, (made) => {
      const capability = new Capability(made, ring);
      const sealed = capability.seal();
      const opened = open(sealed, made);
      const errors = [
        refusalOf(sealed.slice(1), made),
        refusalOf(sealed, { ...made, issuer: `${made.issuer}x` }),
        refusalOf(sealed, { ...made, client: `${made.client}x` }),
      ];
      const hidden = inspect([capability, opened], { depth: 9, showHidden: true, customInspect: false });
      const facts = showAll([readCapability(opened), capability, opened, ...errors]);
      expect([sealed, hidden, facts].join("\n")).not.toContain(marker);
    });
    fc.assert(property);
  });
});
