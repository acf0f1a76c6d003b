import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { AuthNode } from "../config/auth-node.ts";
import { Outcome } from "../outcome/outcome.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { DerivedAuthConfig } from "./derived-auth-config.ts";

const list = (text: string): MultiStringValue => MultiStringValue.from(text);
const origin = new AuthNode("services.a", {
  grantType: "tokenExchange",
  clientId: "orders-api",
  audience: list("x"),
  resource: list("urn:x"),
  scope: list("read"),
  requestedTokenType: "urn:type",
  extraParameters: { flow: "usual", region: "eu" },
});
const context = { grantType: "tokenExchange", authConfig: origin } as const;

describe("a derived auth configuration", () => {
  it("says what its origin says", async () => {
    const derived = new DerivedAuthConfig(origin, {});
    const { configPath, parent, grantType, audience, resource, requestedTokenType, settings } = derived;
    expect([configPath, parent, grantType, audience, resource, requestedTokenType, settings]).toEqual([
      "services.a",
      undefined,
      "tokenExchange",
      origin.audience,
      origin.resource,
      "urn:type",
      origin.settings,
    ]);
    expect((await derived.getScope(context)).unwrap()).toBe(origin.scope);
    expect((await derived.getClientId(context)).unwrap()).toBe("orders-api");
  });

  it("says its own where it has some, an empty list too", async () => {
    const own = { grantType: "jwtBearer", audience: list(""), resource: list("urn:y"), scope: list("") } as const;
    const derived = new DerivedAuthConfig(origin, own);
    expect([derived.grantType, derived.audience.size, String(derived.resource)]).toEqual(["jwtBearer", 0, "urn:y"]);
    expect((await derived.getScope(context)).unwrap().size).toBe(0);
  });

  it("leaves its origin as it is", () => {
    new DerivedAuthConfig(origin, { audience: list("y"), parameters: [["flow", "special"]] });
    expect([String(origin.audience), origin.settings.parameters[0]]).toEqual(["x", ["flow", "usual"]]);
  });

  it.each([
    ["adds to its origin's", [["more", "1"]], ["flow=usual", "region=eu", "more=1"]],
    ["replaces those of the same name", [["flow", "special"]], ["region=eu", "flow=special"]],
    ["takes all away by an empty list", [], []],
  ] as const)("%s parameters", (_case, parameters, expected) => {
    const derived = new DerivedAuthConfig(origin, { parameters });
    expect(derived.settings.parameters.map(([name, value]) => `${name}=${value}`)).toEqual(expected);
  });

  it("asks those who answer in the place of its origin", async () => {
    const answers = {
      getClientId: () => Outcome.success("own"),
      getClientSecret: origin.getClientSecret,
      getScope: () => Outcome.success(list("own")),
    };
    const derived = new DerivedAuthConfig(new DerivedAuthConfig(origin, { answers }), { grantType: "jwtBearer" });
    expect((await derived.getClientId(context)).unwrap()).toBe("own");
    expect(String((await derived.getScope(context)).unwrap())).toBe("own");
  });

  it("is plain if nothing but the grant is another", () => {
    const plain = new DerivedAuthConfig(origin, { grantType: "clientCredentials" });
    const other = new DerivedAuthConfig(origin, { grantType: "clientCredentials", forceAuthorization: true });
    expect([plain.plainOrigin, other.plainOrigin]).toEqual([origin, undefined]);
  });

  it("has calls made as its origin has", () => {
    const retrying = new AuthNode("services.a", { maxRedirects: 3 });
    expect(new DerivedAuthConfig(retrying, { grantType: "jwtBearer" }).calls).toBe(retrying.calls);
    expect(retrying.calls.maxRedirects).toBe(3);
  });

  it("is forced where it or its origin is", () => {
    const forced = new DerivedAuthConfig(origin, { forceAuthorization: true });
    const above = new DerivedAuthConfig(forced, { grantType: "jwtBearer" });
    const unforced = new DerivedAuthConfig(forced, { forceAuthorization: false });
    const values = [forced, above, unforced].map(({ forceAuthorization }) => forceAuthorization);
    expect(values).toEqual([true, true, false]);
  });

  it("says the same upon another configuration", () => {
    const other = new AuthNode("services.b", { audience: list("z"), requestedTokenType: "urn:other" });
    const derived = new DerivedAuthConfig(origin, { audience: list("y") }).upon(other);
    expect([derived.configPath, String(derived.audience), derived.requestedTokenType]).toEqual([
      "services.b",
      "y",
      "urn:other",
    ]);
  });

  it("prints as where it stands, whatever it says", () => {
    const derived = new DerivedAuthConfig(origin, { parameters: [["api_key", "marker-5ec2e7"]] });
    expect(inspect({ derived }, { depth: null, showHidden: true })).not.toContain("marker-5ec2e7");
    expect(inspect(derived)).toContain("services.a");
    expect([JSON.stringify({ derived }), String(derived)].join(" ")).not.toContain("marker-5ec2e7");
    expect(JSON.stringify(derived)).toBe('"services.a"');
  });
});
