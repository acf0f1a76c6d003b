import { describe, expect, it } from "vitest";
import { configure } from "../../../../../../test/support/configure.ts";
import type { AuthenticatorOptions } from "../../config/inbound-options.ts";
import { ActorToken } from "../../values/actor-token.ts";
import { type Authenticator, createAuthenticatorSet, pickAuthenticators } from "./authenticators.ts";

const audience = "orders-api";
const authenticate = (): undefined => undefined;

/** Authenticators as they are configured; each knows its own by how they begin. */
function open(configured: Readonly<Record<string, AuthenticatorOptions>>): readonly Authenticator[] {
  const { inbound } = configure({ inbound: { authenticators: configured } });
  if (!inbound) throw new Error("Nothing is configured");
  return inbound.authenticators.map((settings) => ({
    settings,
    validator: { validate: () => Promise.reject(new Error("not asked")) },
    recognizes: (credential) => credential.value().startsWith(settings.tokenPrefix || settings.name),
  }));
}

const choose = (all: readonly Authenticator[], text: string, header = "authorization"): string => {
  try {
    return createAuthenticatorSet(all).choose(header, new ActorToken(text)).settings.name;
  } catch (error) {
    return error instanceof Error && "reason" in error ? `refused: ${error.reason}` : String(error);
  }
};

const opaque = { type: "introspection", audience, tokenPrefix: "op-" } as const;
const jwt = { audience };

describe("several authenticators", () => {
  it("choose the one that recognizes the credential, in whatever order they are configured", () => {
    for (const all of [open({ opaque, jwt }), open({ jwt, opaque })]) {
      expect([choose(all, "op-1"), choose(all, "jwt-1")]).toEqual(["opaque", "jwt"]);
    }
  });

  it("leave what none recognizes to one that asks nobody", () => {
    expect(choose(open({ opaque, jwt }), "other")).toBe("jwt");
    expect(choose(open({ opaque }), "other")).toBe("refused: malformed");
    expect(choose(open({ own: { type: "custom", authenticate, tokenPrefix: "key_" } }), "other")).toBe(
      "refused: malformed",
    );
  });

  it("let one that knows its own go ahead of one that takes anything", () => {
    const any = { type: "custom", authenticate, tokenPrefix: "j" } as const;
    expect(choose(open({ any, jwt }), "jwt-1")).toBe("jwt");
  });

  it("look at their own headers alone", () => {
    const all = open({ jwt, own: { type: "custom", authenticate, authorizationHeader: "X-Api-Key" } });
    const set = createAuthenticatorSet(all);
    expect(set.headers).toEqual(["authorization", "x-api-key"]);
    expect(set.lookingAt("x-api-key").map(({ settings }) => settings.name)).toEqual(["own"]);
    expect(set.lookingAt("X-API-KEY")).toEqual([]);
    expect(choose(all, "own-1", "x-other")).toBe("refused: malformed");
  });
});

describe("the authenticators of a route", () => {
  const all = open({ first: jwt, second: { ...jwt, byRouteOnly: true }, third: opaque });
  const namesOf = (picked: readonly Authenticator[]): readonly string[] => picked.map(({ settings }) => settings.name);

  it("are all but those that want to be named", () => {
    expect(namesOf(pickAuthenticators(all, undefined))).toEqual(["first", "third"]);
  });

  it.each([
    ["second", ["second"]],
    ["third first", ["third", "first"]],
    [
      ["second", "third"],
      ["second", "third"],
    ],
    ["", []],
  ])("are those that it names: %j", (names, expected) => {
    expect(namesOf(pickAuthenticators(all, names)).toSorted()).toEqual([...expected].toSorted());
  });

  it("are a mistake of the program where one is not configured", () => {
    for (const name of ["fourth", "First", "toString"]) {
      expect(() => pickAuthenticators(all, ["first", name])).toThrow(TypeError);
    }
  });
});
