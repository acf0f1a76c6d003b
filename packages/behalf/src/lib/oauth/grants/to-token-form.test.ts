import { describe, expect, it } from "vitest";
import { the } from "../../../../../../test/support/the.ts";
import { someExchange, someTokenRequest } from "../../../../../../test/support/token-request.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { MultiStringValue } from "../../values/multi-string-value.ts";
import type { RequestableGrant, TokenRequest } from "../token-request.ts";
import { tokenTypes } from "../token-types.ts";
import { toTokenForm } from "./to-token-form.ts";

const subject = { token: new ActorToken("alice-token"), tokenType: the.accessTokenType };
const target = {
  audience: MultiStringValue.from(["a1", "a2"]),
  resource: MultiStringValue.from(["https://r1", "urn:r2"]),
  scope: MultiStringValue.from(["s1", "s2"]),
};
const sentTarget = [
  ["audience", "a1"],
  ["audience", "a2"],
  ["resource", "https://r1"],
  ["resource", "urn:r2"],
  ["scope", "s1 s2"],
];
const toForm = (changes: Partial<TokenRequest>): readonly (readonly string[])[] => [
  ...toTokenForm(someTokenRequest(changes)),
];

describe("toTokenForm", () => {
  it.each([
    ["clientCredentials", undefined, [...sentTarget]],
    ["jwtBearer", subject, [["assertion", "alice-token"], ...sentTarget]],
    ["refreshToken", subject, [["refresh_token", "alice-token"], ...sentTarget]],
    [
      "onBehalfOf",
      subject,
      [
        ["assertion", "alice-token"],
        ["requested_token_use", "on_behalf_of"],
        ["scope", "s1 s2"],
      ],
    ],
  ] as const)("says all of %s", (grantType, given, expected) => {
    expect(toForm({ grantType, subject: given, ...target })).toEqual(expected);
  });

  it("says all of an exchange", () => {
    const actor = { token: new ActorToken("service-token"), tokenType: the.jwtTokenType };
    const requestedTokenType = tokenTypes.identityAssertion;
    expect([...toTokenForm(someExchange({ ...target, actor, requestedTokenType }))]).toEqual([
      ["subject_token", "alice-token"],
      ["subject_token_type", the.accessTokenType],
      ["actor_token", "service-token"],
      ["actor_token_type", the.jwtTokenType],
      ["requested_token_type", "urn:ietf:params:oauth:token-type:id-jag"],
      ...sentTarget,
    ]);
  });

  it.each([
    ["clientCredentials", []],
    ["tokenExchange", ["subject_token", "subject_token_type"]],
    ["onBehalfOf", ["assertion", "requested_token_use"]],
    ["jwtBearer", ["assertion"]],
    ["refreshToken", ["refresh_token"]],
  ] as const)("leaves out of %s what is not configured", (grantType, names) => {
    expect(toForm({ grantType, subject }).map(([name]) => name)).toEqual(names);
  });

  it.each(["clientCredentials", "tokenExchange", "onBehalfOf", "jwtBearer", "refreshToken"] as const)(
    "adds extra parameters to %s",
    (grantType) => {
      const parameters = [
        ["claims", "{}"],
        ["x", "1"],
        ["x", "2"],
      ] as const;
      const sent = toForm({ grantType, subject, parameters });
      expect(sent.filter(([name]) => name === "x" || name === "claims")).toEqual(parameters);
    },
  );

  it.each(["grant_type", "client_id", "client_assertion", "subject_token", "assertion", "refresh_token", "scope"])(
    "refuses the extra parameter %s without naming its value",
    (name) => {
      const refused = (): unknown => toForm({ parameters: [[name, the.markerSecret]] });
      expect(refused).toThrow(TypeError);
      expect(refused).not.toThrow(the.markerSecret);
    },
  );

  it.each(["tokenExchange", "onBehalfOf", "jwtBearer", "refreshToken"] satisfies RequestableGrant[])(
    "refuses %s without a subject",
    (grantType) => {
      expect(() => toForm({ grantType, subject: undefined })).toThrow(TypeError);
    },
  );
});
