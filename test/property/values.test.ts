import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { BearerToken } from "../../packages/behalf/src/lib/values/bearer-token.ts";
import { formatChallenge, parseChallenges } from "../../packages/behalf/src/lib/values/challenge.ts";
import { MultiStringValue } from "../../packages/behalf/src/lib/values/multi-string-value.ts";
import { chooseSeed } from "../support/seed.ts";

fc.configureGlobal({ seed: chooseSeed("values") });

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
});
const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,9}$/);
const item = fc.stringMatching(/^[^\s]+$/);

describe("a challenge", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.dictionary(name, printable)), { maxLength: 4 }), (challenges) => {
        const header = challenges.map(([scheme, parameters]) => formatChallenge(scheme, parameters)).join(", ");
        const read = parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
        expect(read).toEqual(challenges.map(([scheme, parameters]) => [scheme, { ...parameters }]));
      }),
    );
  });

  it("is written so that a header can carry it, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const header = formatChallenge("Bearer", { error: value });
        expect(new Headers({ "www-authenticate": header }).get("www-authenticate")).toBe(header);
        expect(parseChallenges(header)).toHaveLength(1);
      }),
    );
  });

  it("is looked for in any text without an error", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (header) => void parseChallenges(header)));
  });
});

describe("a MultiStringValue", () => {
  it("comes back from the wire", () => {
    fc.assert(
      fc.property(fc.uniqueArray(item), (items) => {
        const value = MultiStringValue.from(items);
        expect([...MultiStringValue.from(value.toString())]).toEqual([...value]);
      }),
    );
  });

  it("equals itself in any order, and nothing with another item", () => {
    fc.assert(
      fc.property(fc.uniqueArray(item), fc.uniqueArray(item), (left, right) => {
        const one = MultiStringValue.from(left);
        expect(one.equals(MultiStringValue.from([...left].reverse()))).toBe(true);
        const sameItems = JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());
        expect(one.equals(MultiStringValue.from(right))).toBe(sameItems);
      }),
    );
  });
});

function tryToken(text: string): ActorToken | undefined {
  try {
    return new ActorToken(text);
  } catch {
    return undefined;
  }
}

describe("a token", () => {
  it("comes back from a header in any case of the scheme", () => {
    fc.assert(
      fc.property(visible, fc.mixedCase(fc.constant("bearer")), (text, scheme) => {
        expect(BearerToken.parse(`${scheme} ${text}`).value()).toBe(text);
      }),
    );
  });

  it("is either refused or can stand in a header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const token = tryToken(text);
        if (token) expect(new Headers({ authorization: token.value() }).get("authorization")).toBe(text);
      }),
    );
  });

  it("never expires at an instant that is no number", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (exp) => {
        const payload = Buffer.from(JSON.stringify({ exp })).toString("base64url");
        const expiresAt = new ActorToken(`eyJ.${payload}.x`).expiresAt();
        expect(expiresAt === undefined || !Number.isNaN(expiresAt)).toBe(true);
      }),
    );
  });
});
