import { describe, expect, it } from "vitest";
import { formatChallenge, parseChallenges } from "./challenge.ts";

const read = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe("parseChallenges", () => {
  it.each([
    ["Bearer", [["Bearer", {}]]],
    ['Bearer realm="api"', [["Bearer", { realm: "api" }]]],
    ["Bearer error=invalid_token", [["Bearer", { error: "invalid_token" }]]],
    ['Bearer ERROR = "x" , scope="a b"', [["Bearer", { error: "x", scope: "a b" }]]],
    ['Bearer realm="a \\"b\\" \\\\ c"', [["Bearer", { realm: 'a "b" \\ c' }]]],
    ['Bearer realm=""', [["Bearer", { realm: "" }]]],
    [
      'Basic realm="a", Bearer error="b"',
      [
        ["Basic", { realm: "a" }],
        ["Bearer", { error: "b" }],
      ],
    ],
    [
      'Negotiate YWJj==, DPoP algs="ES256"',
      [
        ["Negotiate", {}],
        ["DPoP", { algs: "ES256" }],
      ],
    ],
    [
      "Basic, Bearer",
      [
        ["Basic", {}],
        ["Bearer", {}],
      ],
    ],
    [
      ', ,Bearer error="x",,Basic',
      [
        ["Bearer", { error: "x" }],
        ["Basic", {}],
      ],
    ],
  ])("reads %s", (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it.each(["", "   ", '"', "=", 'realm="x"', "\u0000"])("finds no challenge in %j", (header) => {
    expect(read(header)).toEqual([]);
  });

  it("keeps what stands before the part that cannot be read", () => {
    expect(read('Bearer error="a", realm="never ends')).toEqual([
      ["Bearer", { error: "a" }],
      ["realm", {}],
    ]);
  });

  it("holds parameter names such as __proto__ without harm", () => {
    const [challenge] = parseChallenges('Bearer __proto__="x", constructor="y"');
    expect([...(challenge?.parameters ?? [])]).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});

describe("formatChallenge", () => {
  it("quotes the values and leaves out what is undefined", () => {
    expect(formatChallenge("Bearer", { error: 'a"b', scope: undefined, realm: "c\\d" })).toBe(
      'Bearer error="a\\"b", realm="c\\\\d"',
    );
  });

  it("is the scheme alone without parameters", () => {
    expect(formatChallenge("Bearer", { error: undefined })).toBe("Bearer");
  });

  it("leaves out characters that would break the header", () => {
    expect(formatChallenge("Bearer", { error: "a\r\nSet-Cookie: b" })).toBe('Bearer error="aSet-Cookie: b"');
  });
});
