import { describe, expect, it } from "vitest";
import { someCaller } from "../../../../../test/support/some-caller.ts";
import { AuthNode } from "../config/auth-node.ts";
import type { GrantType } from "../config/grant-type.ts";
import { RequestContext } from "../context/request-context.ts";
import type { Scope } from "../context/scope.ts";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import { chooseGrant } from "./choose-grant.ts";

const nobody = { rawHeaders: [], setResponseHeader: () => {}, onHangUp: () => {} };
const request = new RequestContext(nobody, { messageIdHeader: "x-request-id" });
const anonymous = new RequestContext(nobody, { messageIdHeader: "x-request-id" });
anonymous.acceptAnonymous();

const alice = someCaller();

const inRequest: Scope = { request, standing: "caller", caller: alice, capability: undefined };
const without: Scope = { ...inRequest, caller: undefined };
const onAnonymous: Scope = { ...without, request: anonymous };
const asService: Scope = { ...without, standing: "service" };

const node = (grantType: GrantType, own: object = {}): AuthNode => new AuthNode("services.a", { grantType, ...own });
const choose = (authConfig: AuthNode, scope: Scope | undefined, { named = false, system = false } = {}) =>
  chooseGrant(authConfig, { scope, actorNamed: named, isSystemCaller: () => system });

describe("a grant that does not depend on the caller", () => {
  it.each(["clientCredentials", "forward", "refreshToken", "none"] as const)(
    "is itself everywhere: %s",
    (grantType) => {
      for (const scope of [undefined, inRequest, without, onAnonymous, asService]) {
        expect(choose(node(grantType), scope)).toBe(grantType);
      }
    },
  );
});

describe("a delegated grant", () => {
  it.each(["tokenExchange", "onBehalfOf", "jwtBearer", "identityAssertion"] as const)("is itself: %s", (grantType) => {
    for (const scope of [undefined, inRequest, without, onAnonymous]) {
      expect(choose(node(grantType), scope, { system: true })).toBe(grantType);
    }
  });

  it("is client credentials as a service, unless somebody is named", () => {
    expect(choose(node("jwtBearer"), asService)).toBe("clientCredentials");
    expect(choose(node("jwtBearer"), asService, { named: true })).toBe("jwtBearer");
  });
});

describe("automatic", () => {
  const automatic = node("automatic", { delegatedGrant: "onBehalfOf" });
  const allowing = node("automatic", { anonymousAs: "service" });

  it.each([
    ["a person", choose(automatic, inRequest), "onBehalfOf"],
    ["a system", choose(automatic, inRequest, { system: true }), "clientCredentials"],
    ["this API as itself", choose(automatic, asService), "clientCredentials"],
    ["somebody who is named", choose(automatic, undefined, { named: true }), "onBehalfOf"],
    ["somebody who is named to a service", choose(automatic, asService, { named: true }), "onBehalfOf"],
    ["an anonymous route that is allowed", choose(allowing, onAnonymous), "clientCredentials"],
  ])("fits %s", (_case, chosen, expected) => {
    expect(chosen).toBe(expected);
  });

  it.each([
    ["outside of a request", automatic, undefined, "BEHALF_CONTEXT_MISSING"],
    ["outside of a request, anonymous allowed", allowing, undefined, "BEHALF_CONTEXT_MISSING"],
  ])("is refused %s", (...[, authConfig, scope, code]) => {
    expect(() => choose(authConfig, scope)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ["without a caller", automatic, without],
    ["on an anonymous route", automatic, onAnonymous],
    ["without a caller where only anonymous routes are allowed", allowing, without],
  ])("is refused in a request %s", (_case, authConfig, scope) => {
    expect(() => choose(authConfig, scope)).toThrow(expect.objectContaining({ code: "BEHALF_CALLER_TOKEN_MISSING" }));
  });
});

describe("isDelegatedGrant", () => {
  it("holds for the grants by somebody's token", () => {
    const all = [
      "tokenExchange",
      "onBehalfOf",
      "jwtBearer",
      "identityAssertion",
      "forward",
      "automatic",
      "none",
    ] as const;
    expect(all.filter(isDelegatedGrant)).toEqual(["tokenExchange", "onBehalfOf", "jwtBearer", "identityAssertion"]);
  });
});
