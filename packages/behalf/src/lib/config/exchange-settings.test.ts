import { describe, expect, it } from "vitest";
import { configure } from "../../../../../test/support/configure.ts";
import { describeConfiguration } from "./describe-configuration.ts";

const host = "https://inventory.example.com";
const types = "urn:ietf:params:oauth:token-type:";

const service = (members: object) => ({ services: { inventory: { host, ...members } } });
const problemsOf = (members: object) => configure({ ...members }).problems.map(({ path }) => path);
const warningsOf = (members: object) =>
  describeConfiguration(configure({ ...members })).warnings.map(({ path }) => path.replace("services.inventory.", ""));

describe("a token that opens nothing at a backend", () => {
  it.each(["refresh_token", "id-jag"])("cannot be asked for in an exchange: %s", (kind) => {
    const requestedTokenType = `${types}${kind}`;
    const path = ["services.inventory.requestedTokenType"];
    expect(problemsOf(service({ grantType: "tokenExchange", requestedTokenType }))).toEqual(path);
    expect(problemsOf(service({ grantType: "automatic", requestedTokenType }))).toEqual(path);
    expect(problemsOf({ requestedTokenType, ...service({ grantType: "TX" }) })).toEqual(["requestedTokenType"]);
  });

  it("may be named where no exchange is made, and others everywhere", () => {
    const requestedTokenType = `${types}refresh_token`;
    expect(problemsOf(service({ grantType: "onBehalfOf", requestedTokenType }))).toEqual([]);
    expect(problemsOf(service({ grantType: "TX", requestedTokenType: `${types}access_token` }))).toEqual([]);
  });
});

describe("the kind of a token", () => {
  it.each(["subjectTokenType", "actorTokenType", "requestedTokenType"])("is an absolute URI: %s", (key) => {
    for (const wrong of ["access_token", "jwt", " ", `${types} jwt`, "/jwt"]) {
      const told = { configPath: key, fix: expect.stringContaining(`"${types}access_token"`) };
      expect(() => configure({ [key]: wrong })).toThrow(expect.objectContaining(told));
    }
    expect(problemsOf({ [key]: `${types}jwt` })).toEqual([]);
    expect(problemsOf({ [key]: "https://tokens.example.com/session" })).toEqual([]);
  });
});

describe("a warning", () => {
  it.each<[string, object, readonly string[]]>([
    ["onBehalfOf without scope", { grantType: "onBehalfOf", audience: "a" }, ["scope"]],
    ["onBehalfOf with scope", { grantType: "onBehalfOf", scope: "api://a/.default" }, []],
    ["automatic that leads there", { grantType: "AU", delegatedGrant: "onBehalfOf" }, ["scope"]],
    ["an exchange for nobody", { grantType: "TX" }, ["audience"]],
    ["an exchange by resource", { grantType: "TX", resource: "https://a.example" }, []],
    ["an exchange by scope", { grantType: "TX", scope: "a" }, []],
    ["an exchange by details", { grantType: "TX", authorizationDetails: [{ type: "a" }] }, []],
    ["an exchange at a product that names nobody", { grantType: "TX", preset: "apigee" }, []],
    ["another grant", { grantType: "CC" }, []],
  ])("is given or not where no target is named: %s", (_, members, expected) => {
    expect(warningsOf(service(members))).toEqual(expected);
  });

  it("is given for a service that inherits the grant, and for no level above it", () => {
    expect(warningsOf({ serviceDefaults: { grantType: "TX" }, services: {} })).toEqual([]);
    expect(warningsOf({ serviceDefaults: { grantType: "TX" }, ...service({}) })).toEqual(["audience"]);
  });

  it("is given once for a service, and for its endpoints where they alone lack it", () => {
    const endpoints = { a: "/a", b: "/b" };
    expect(warningsOf(service({ grantType: "TX", endpoints }))).toEqual(["audience"]);
    expect(warningsOf(service({ grantType: "TX", endpoints: { a: { path: "/a", scope: "a" } } }))).toEqual([]);
    expect(warningsOf(service({ endpoints: { a: { path: "/a", grantType: "TX" } } }))).toEqual([
      "endpoints.a.audience",
    ]);
  });

  it("is not given where a delegate names the scopes", () => {
    const configDelegate = { getScope: () => ["a"] };
    expect(warningsOf({ configDelegate, ...service({ grantType: "TX" }) })).toEqual([]);
  });

  it.each([
    ["actorToken", "clientCredentials"],
    ["subjectTokenType", `${types}jwt`],
    ["requestedTokenType", `${types}jwt`],
  ])("is given where a grant never sends what is said: %s", (key, value) => {
    expect(warningsOf(service({ grantType: "CC", [key]: value }))).toEqual([key]);
    expect(warningsOf(service({ grantType: "TX", audience: "a", [key]: value }))).toEqual([]);
    expect(warningsOf({ [key]: value, ...service({ grantType: "CC" }) })).toEqual([]);
    const endpoints = { a: { path: "/a", grantType: "TX", audience: "a" } };
    expect(warningsOf(service({ grantType: "CC", [key]: value, endpoints }))).toEqual([]);
  });
});
