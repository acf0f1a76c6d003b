import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStrictJson } from "../../packages/behalf/src/lib/inbound/jwt/read-strict-json.ts";
import { chooseSeed } from "../support/seed.ts";

const seed = chooseSeed("inbound-json");

const encode = (text: string): string => Buffer.from(text).toString("base64url");

const name = fc.oneof(fc.constantFrom("sub", "aud", "a", "", '"', "\\", '\\"', ":", "{", "__proto__"), fc.string());
const members = fc.dictionary(name, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 });

const duplicate = fc.record({ value: members, twice: name, depth: fc.nat(8), escaped: fc.boolean() });

/** A name with every character written as an escape. */
const escapeName = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;

const malformed = expect.objectContaining({ reason: "malformed" });

describe("a segment of a JWT", () => {
  it("is read like any JSON object, with space or without", () => {
    fc.assert(
      fc.property(members, fc.nat(4), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(readStrictJson(encode(text))).toEqual(JSON.parse(text));
      }),
      { seed },
    );
  });

  it("is refused when any name in it stands twice, however it is written", () => {
    fc.assert(
      fc.property(duplicate, ({ value, twice, depth, escaped }) => {
        const inner = Object.entries(value).map(([key, held]) => `${JSON.stringify(key)}:${JSON.stringify(held)}`);
        const again = escaped ? escapeName(twice) : JSON.stringify(twice);
        const others = inner.filter((_, index) => Object.keys(value)[index] !== twice);
        const object = `{${[`${JSON.stringify(twice)}:1`, ...others, `${again}:2`].join(",")}}`;
        const nested = Array.from({ length: depth }).reduce<string>((text) => `{"x":[${text}]}`, object);
        expect(() => readStrictJson(encode(nested))).toThrow(malformed);
      }),
      { seed },
    );
  });

  it("is read, or refused as malformed, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.base64String(), fc.json().map(encode)), (segment) => {
        try {
          expect(typeof readStrictJson(segment)).toBe("object");
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});
