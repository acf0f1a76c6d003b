import { describe, expect, it } from "vitest";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { Caller } from "../values/caller.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { Principal } from "../values/principal.ts";
import { createGuard } from "./check-policy.ts";
import type { RoutePolicy } from "./route-policy.ts";

const at = 1_000_000_000;

interface Who {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly scopes?: string;
  readonly isSystem?: boolean;
  /** What the principal has for claims. @default those of the token */
  readonly transformed?: Readonly<Record<string, unknown>>;
}

function someCaller({ claims = {}, scopes = "", isSystem = false, transformed = claims }: Who): Caller {
  const parts = { claims: transformed, subject: "alice", scopes: MultiStringValue.from(scopes), isSystem };
  return {
    token: undefined,
    authenticator: "a",
    issuer: "https://as.example",
    tenant: undefined,
    subject: "alice",
    client: undefined,
    scopes: MultiStringValue.from(scopes),
    expiresAt: at + 1_000,
    claims,
    principal: new Principal({ ...parts, source: "token" }),
  };
}

function check(policy: RoutePolicy, who: Who = {}): CallerTokenError | undefined {
  try {
    createGuard(policy)?.check(someCaller(who), at);
    return undefined;
  } catch (error) {
    if (error instanceof CallerTokenError) return error;
    throw error;
  }
}

const verdict = (policy: RoutePolicy, who?: Who): string => check(policy, who)?.reason ?? "let in";

describe("a policy", () => {
  it.each([{}, { anonymous: true }, { authenticators: "a" }, { scopes: "" }, { scopes: [] }, { claims: {} }])(
    "that asks for nothing guards nothing: %o",
    (policy) => {
      expect(createGuard(policy)).toBeUndefined();
    },
  );

  it("asks for every scope, and names those that are needed", () => {
    const policy = { scopes: ["orders:read", "audit"] };
    expect(verdict(policy, { scopes: "audit other orders:read" })).toBe("let in");
    expect(verdict(policy, { scopes: "orders:read" })).toBe("scope");
    expect(verdict(policy, { scopes: "orders:read audits" })).toBe("scope");
    expect(check(policy)).toMatchObject({
      code: "BEHALF_CALLER_SCOPE_MISSING",
      neededScopes: ["orders:read", "audit"],
    });
  });

  it.each([
    ["the value", "law", "law", "let in"],
    ["another value", "law", "sales", "claim"],
    ["a value that looks alike", "law", "Law", "claim"],
    ["nothing", "law", undefined, "claim"],
    ["one of several values", ["law", "sales"], "sales", "let in"],
    ["a list with the value", "law", ["sales", "law"], "let in"],
    ["a list without it", "law", ["sales"], "claim"],
    ["an empty list", "law", [], "claim"],
    ["a text that is no number", 7, "7", "claim"],
    ["a number", 7, 7, "let in"],
    ["a text that is no truth", true, "true", "claim"],
    ["an object", "law", { law: true }, "claim"],
  ])("asks for a claim: with %s (%j, %j) the caller is %s", (...[, rule, held, expected]) => {
    expect(verdict({ claims: { department: rule } }, { claims: { department: held } })).toBe(expected);
  });

  it("asks a function, and takes no other word than true", () => {
    const policy = { claims: { level: (value: unknown) => typeof value === "number" && value > 3 } };
    expect([verdict(policy, { claims: { level: 4 } }), verdict(policy, { claims: { level: 3 } })]).toEqual([
      "let in",
      "claim",
    ]);
    const truthy = Reflect.apply(createGuard, undefined, [{ claims: { level: () => "yes" } }]);
    expect(() => truthy.check(someCaller({}), at)).toThrow(CallerTokenError);
  });

  it("asks for all claims that it names, as they are after transformations", () => {
    const policy = { claims: { department: "law", level: 3 } };
    expect(verdict(policy, { claims: { department: "law" } })).toBe("claim");
    expect(verdict(policy, { transformed: { department: "law", level: 3 } })).toBe("let in");
  });

  it("tells people from systems", () => {
    const policies = [{ identity: "system" }, { identity: "person" }] as const;
    expect(policies.map((policy) => verdict(policy, { isSystem: true }))).toEqual(["let in", "identity"]);
    expect(policies.map((policy) => verdict(policy, { isSystem: false }))).toEqual(["identity", "let in"]);
  });

  it.each([
    [{ acr: "gold" }, "let in"],
    [{ acr: "silver" }, "let in"],
    [{ acr: "bronze" }, "authentication"],
    [{ acr: ["gold"] }, "authentication"],
    [{}, "authentication"],
  ])("asks for one of several ways of authenticating: with %o the caller is %s", (claims, expected) => {
    expect(verdict({ acrValues: "gold silver" }, { claims })).toBe(expected);
  });

  it.each([
    [at / 1_000 - 60, "let in"],
    [at / 1_000 - 60.001, "authentication"],
    [at / 1_000, "let in"],
    [String(at / 1_000), "authentication"],
    [undefined, "authentication"],
  ])("asks when the person signed in: with %j the caller is %s", (auth_time, expected) => {
    expect(verdict({ maxAgeMs: 60_000 }, { claims: { auth_time } })).toBe(expected);
  });

  it("takes the word of the token alone on how the person signed in", () => {
    const transformed = { acr: "gold", auth_time: at / 1_000 };
    expect(verdict({ acrValues: "gold" }, { transformed })).toBe("authentication");
    expect(verdict({ maxAgeMs: 60_000 }, { transformed })).toBe("authentication");
  });

  it("names how to sign in better", () => {
    expect(check({ acrValues: "gold", maxAgeMs: 60_000 })).toMatchObject({
      code: "BEHALF_CALLER_AUTHENTICATION_INSUFFICIENT",
      acrValues: ["gold"],
      maxAgeMs: 60_000,
    });
  });

  it("sends nobody to sign in again who may not come in anyway", () => {
    expect(verdict({ acrValues: "gold", claims: { department: "law" } })).toBe("claim");
  });
});
