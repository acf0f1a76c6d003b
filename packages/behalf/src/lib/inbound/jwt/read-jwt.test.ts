import { describe, expect, it } from "vitest";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { readJwt } from "./read-jwt.ts";

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString("base64url");
const header = encode('{"alg":"ES256"}');

function verdict(token: string): string {
  try {
    readJwt(new ActorToken(token));
    return "read";
  } catch (error) {
    return error instanceof CallerTokenError ? error.reason : String(error);
  }
}

const withClaims = (json: string | Uint8Array): string => verdict(`${header}.${encode(json)}.c2ln`);
const nest = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

describe("a JWT", () => {
  it("is read as it says", () => {
    expect(readJwt(new ActorToken(`${header}.${encode('{"sub":"alice","n":[1,{"a":"b"}]}')}.c2ln`))).toEqual({
      header: { alg: "ES256" },
      claims: { sub: "alice", n: [1, { a: "b" }] },
    });
  });

  it("is read up to 32 KiB", () => {
    const fill = (length: number): string => {
      const frame = `${header}.e30.`;
      const rest = length - frame.length;
      return verdict(frame + "A".repeat(rest));
    };
    expect([fill(32 * 1024), fill(32 * 1024 + 1)]).toEqual(["read", "tooLong"]);
  });

  it.each([
    ["two parts", `${header}.e30`],
    ["four parts", `${header}.e30.c2ln.c2ln`],
    ["five parts", `${header}.a.b.c.d`],
    ["an empty header", ".e30.c2ln"],
    ["an empty payload", `${header}..c2ln`],
    ["padding", `${header}=.e30.c2ln`],
    ["standard base64", `${header}.e30.c2+n`],
    ["bits beyond the last byte in the signature", `${header}.e30.c2lo1`],
    ["another spelling of the last byte", `${header}.e31.c2ln`],
    ["no base64url", `${header}.e30.c2ln~`],
  ])("is refused with %s", (_case, token) => {
    expect(verdict(token)).toBe("malformed");
  });

  it.each([
    ["a list", "[]"],
    ["a text", '"alice"'],
    ["null", "null"],
    ["a number", "7"],
    ["nothing", " "],
    ["half an object", '{"sub":'],
    ["a comment", '{"sub":"alice"/**/}'],
    ["a comma at the end", '{"sub":"alice",}'],
    ["a byte order mark", "\ufeff{}"],
    ["no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)],
    ["half a character", Uint8Array.of(0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d)],
  ])("is refused where the payload is %s", (_case, payload) => {
    expect(withClaims(payload)).toBe("malformed");
  });

  it.each([
    ["twice", '{"sub":"alice","sub":"root"}'],
    ["twice, once in other letters", '{"sub":"alice","s\\u0075b":"root"}'],
    ["twice further down", '{"cnf":{"jkt":"a","jkt":"b"}}'],
    ["twice in a list", '{"a":[{"b":1,"b":2}]}'],
    ["twice with space between", '{"a" : 1, "a"\n:2}'],
    ["twice as __proto__", '{"__proto__":1,"__proto__":2}'],
  ])("is refused where a name stands %s", (_case, payload) => {
    expect(withClaims(payload)).toBe("malformed");
  });

  it.each([
    ["in two objects", '{"a":{"x":1},"b":{"x":2}}'],
    ["as a name and as a value", '{"a":"b","b":"a"}'],
    ["in a text that looks like names", '{"a":"{\\"a\\":1,\\"a\\":2}"}'],
    ["with a quote and a colon in it", '{"a":"\\":1"}'],
    ["after a text that ends in a backslash", '{"a":"x\\\\","b":"a"}'],
    ["in a list of texts", '{"a":["a","a"]}'],
  ])("is read where a text stands %s", (_case, payload) => {
    expect(withClaims(payload)).toBe("read");
  });

  it("is read where it is nested 32 deep, and no deeper", () => {
    expect([withClaims(nest(31)), withClaims(nest(32)), withClaims(nest(10_000))]).toEqual([
      "read",
      "malformed",
      "malformed",
    ]);
  });

  it("has no claims of a prototype", () => {
    const { claims } = readJwt(new ActorToken(`${header}.${encode('{"__proto__":{"sub":"root"}}')}.c2ln`));
    expect([claims.sub, Object.getPrototypeOf(claims)]).toEqual([undefined, Object.prototype]);
  });
});
