import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { ActorToken } from "../values/actor-token.ts";
import { isWithoutAccess, tokenTypes, toTokenType } from "./token-types.ts";

const jwtOf = (iss: string | undefined): ActorToken =>
  new ActorToken(`${new UnsecuredJWT(iss === undefined ? {} : { iss }).encode()}c2ln`);

describe("toTokenType", () => {
  it.each([
    [jwtOf("https://as"), tokenTypes.accessToken],
    [jwtOf("https://as/"), tokenTypes.accessToken],
    [jwtOf("https://other"), tokenTypes.jwt],
    [jwtOf(undefined), tokenTypes.accessToken],
    [new ActorToken("opaque"), tokenTypes.accessToken],
  ])("names a token by its issuer", (token, expected) => {
    expect(toTokenType(token, "https://as")).toBe(expected);
  });
});

describe("isWithoutAccess", () => {
  it.each([
    [tokenTypes.refreshToken, true],
    [tokenTypes.identityAssertion, true],
    [tokenTypes.accessToken, false],
    [tokenTypes.jwt, false],
    [tokenTypes.idToken, false],
    [undefined, false],
  ])("says of %s: %s", (type, expected) => {
    expect(isWithoutAccess(type)).toBe(expected);
  });
});
