import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ActorToken } from "./actor-token.ts";
import { RefreshToken } from "./refresh-token.ts";

describe("a refresh token", () => {
  it.each(["a b", " ", "~!", "plain"])("may be any printable text: %j", (text) => {
    expect(new RefreshToken(text).value()).toBe(text);
  });

  it.each(["", "a\nb", "a\u007f", "é", "a\u0000"])("is refused for %j", (text) => {
    expect(() => new RefreshToken(text)).toThrow(TypeError);
  });

  it("holds what no other token may: spaces", () => {
    expect(() => new ActorToken("a b")).toThrow(TypeError);
  });

  it("is never printed", () => {
    const token = new RefreshToken("marker 5ec2e7");
    expect(`${inspect(token, { showHidden: true })} ${JSON.stringify(token)} ${token}`).not.toContain("5ec2e7");
  });
});
