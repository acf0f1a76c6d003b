import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { the } from "../../../../../test/support/the.ts";
import { someExchange, someTokenRequest } from "../../../../../test/support/token-request.ts";
import { ActorToken } from "../values/actor-token.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { findDeviations } from "./check-issued.ts";
import type { IssuedToken, TokenRequest } from "./token-request.ts";

const issuer = "https://as.example.com";

type Claims = Readonly<Record<string, unknown>>;

const toJwt = (claims: Claims): string => `${new UnsecuredJWT(claims).encode()}c2ln`;
const toParty = (claims: Claims) => ({ token: new ActorToken(toJwt(claims)), tokenType: the.jwtTokenType });

function issue(claims: Claims | string, scope?: string): IssuedToken {
  return {
    token: new ActorToken(typeof claims === "string" ? claims : toJwt(claims)),
    tokenType: "Bearer",
    expiresInMs: undefined,
    scope: scope === undefined ? undefined : MultiStringValue.from(scope),
    issuedTokenType: undefined,
    refreshToken: undefined,
    tolerated: [],
    deviations: [],
  };
}

const find = (issued: IssuedToken, changes: Partial<TokenRequest>): readonly string[] =>
  findDeviations(issued, someExchange(changes), issuer);

describe("the audience", () => {
  const asked = { audience: MultiStringValue.from("inventory"), resource: MultiStringValue.from("https://r") };

  it.each(["inventory", "https://r", ["https://r", "inventory"]])("is one of those that were asked for: %j", (aud) => {
    expect(find(issue({ aud }), asked)).toEqual([]);
  });

  it.each([issuer, `${issuer}/`, `${issuer}/userinfo`, the.clientId])(
    "may also be the server and we ourselves: %s",
    (also) => {
      expect(find(issue({ aud: [also, "inventory"] }), asked)).toEqual([]);
      expect(find(issue({ aud: also }), asked)).toEqual(["audience"]);
    },
  );

  it.each([
    [["inventory", "payments-admin"]],
    [["https://r", "inventory", "other"]],
    [["inventory", `${issuer}/payments`]],
    [["inventory", 5]],
    [["inventory", ""]],
  ])("is wider: %j", (aud) => {
    expect(find(issue({ aud }), asked)).toEqual(["audience"]);
  });

  it.each(["other", "inventory2", ["other"], [], 5, undefined])("is another one: %j", (aud) => {
    expect(find(issue({ aud }), asked)).toEqual(["audience"]);
  });

  it("is not judged where none was asked for, or the token is no JWT", () => {
    expect(find(issue({ aud: "other" }), {})).toEqual([]);
    expect(find(issue("opaque"), asked)).toEqual([]);
  });
});

describe("the scope", () => {
  const asked = { scope: MultiStringValue.from("read write") };

  it.each([
    { scope: "read" },
    { scp: "read write" },
    { scp: ["write"] },
    { scope: "openid profile read" },
    {},
    { scp: 5 },
  ])("is no more than was asked for: %j", (claims) => {
    expect(find(issue(claims, "read"), asked)).toEqual([]);
  });

  it.each([
    [{ scope: "read admin" }, undefined],
    [{ scp: "admin" }, undefined],
    [{ scp: ["read", "admin"] }, undefined],
    [{ scope: "offline_access" }, undefined],
    [{}, "read admin"],
    ["opaque", "admin"],
  ])("is more: %j, %s", (claims, scope) => {
    expect(find(issue(claims, scope), asked)).toEqual(["scope"]);
  });

  it("is known by its last part", () => {
    const scope = MultiStringValue.from("api://orders/read");
    expect(find(issue({ scp: "read" }, "api://orders/read"), { scope })).toEqual([]);
    expect(find(issue({ scp: "ead" }), { scope })).toEqual(["scope"]);
  });

  it("is not judged where all that is configured was asked for, or nothing", () => {
    expect(find(issue({ scp: "admin" }), { scope: MultiStringValue.from("api://orders/.default") })).toEqual([]);
    expect(find(issue({ scp: "admin" }), {})).toEqual([]);
  });
});

describe("the life", () => {
  const subject = toParty({ exp: 1_000 });

  it.each([
    [1_005, []],
    [1_006, ["expiry"]],
    ["9999", []],
    [undefined, []],
  ])("to %s, of a subject to 1000", (exp, expected) => {
    expect(find(issue({ exp }), { subject })).toEqual(expected);
    expect(find(issue({ exp }), { subject, grantType: "onBehalfOf" })).toEqual(expected);
  });

  it("is not judged by an assertion, or a subject that does not say", () => {
    expect(find(issue({ exp: 9_999 }), { subject, grantType: "jwtBearer" })).toEqual([]);
    expect(find(issue({ exp: 9_999 }), { subject: toParty({}) })).toEqual([]);
  });
});

describe("the actor", () => {
  const actor = toParty({ sub: "orders" });

  it.each([
    [{ sub: "orders", act: { sub: "before" } }, []],
    [{ sub: "billing" }, ["actor"]],
    [{ client_id: "orders" }, ["actor"]],
    ["orders", ["actor"]],
    [null, ["actor"]],
    [undefined, ["actor"]],
  ])("is %j", (act, expected) => {
    expect(find(issue({ act }), { actor })).toEqual(expected);
  });

  it("is anybody where the actor token does not say, or none was sent", () => {
    const opaque = { token: new ActorToken("opaque"), tokenType: the.accessTokenType };
    expect(find(issue({ act: { sub: "x" } }), { actor: opaque })).toEqual([]);
    expect(find(issue({ act: { sub: "x" } }), {})).toEqual([]);
    expect(find(issue("opaque"), { actor })).toEqual([]);
  });
});

describe("findDeviations", () => {
  const wrong = issue({ aud: "other", scope: "admin", exp: 9_999, sub: null });
  const asked = {
    audience: MultiStringValue.from("inventory"),
    scope: MultiStringValue.from("read"),
    subject: toParty({ exp: 1_000 }),
    actor: toParty({ sub: "orders" }),
  };

  it.each(["tokenExchange", "onBehalfOf"] as const)("lists all of them for %s", (grantType) => {
    expect(find(wrong, { ...asked, grantType })).toEqual(["audience", "scope", "expiry", "actor"]);
  });

  it("judges no other grant, and none where it is off", () => {
    expect(find(wrong, { ...asked, audienceGuard: "off" })).toEqual([]);
    expect(findDeviations(wrong, someTokenRequest(asked), issuer)).toEqual([]);
    expect(find(wrong, { ...asked, grantType: "refreshToken" })).toEqual([]);
  });

  it("takes what has three parts and no claims for no JWT", () => {
    expect(find(issue("a.b.c"), asked)).toEqual([]);
  });
});
