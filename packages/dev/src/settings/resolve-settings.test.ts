import { describe, expect, it } from "vitest";
import type { AuthorizationServerOptions } from "./options.ts";
import { resolveSettings } from "./resolve-settings.ts";

const person = { id: "a", name: "A", email: "a@example.test" };

describe("resolveSettings", () => {
  it("has alice and bob, three resources and two clients by default", () => {
    const { people, resources, clients } = resolveSettings({});
    expect(people.map(({ id }) => id)).toEqual(["alice", "bob"]);
    expect(resources.map(({ name }) => name)).toEqual(["orders-api", "inventory", "pricing"]);
    expect(clients.map(({ id }) => id)).toEqual(["orders-api", "orders-app"]);
  });

  it("leaves what the caller gave untouched", () => {
    const options = Object.freeze({ people: Object.freeze([Object.freeze({ ...person })]) });
    expect(resolveSettings(options).people).toEqual([person]);
  });

  it.each<[string, AuthorizationServerOptions]>([
    ["people", { people: [] }],
    ["people", { people: [person, person] }],
    ["people[0].name", { people: [{ ...person, name: "" }] }],
    ["resources[0].uri", { resources: [{ name: "a", scopes: [], uri: "/a" }] }],
    ["resources[0].scopes", { resources: [{ name: "a", scopes: ["a b"] }] }],
    ["resources[0].defaultScopes", { resources: [{ name: "a", scopes: ["a"], defaultScopes: ["b"] }] }],
    ["clients[0]", { clients: [{ id: "a", redirectUris: [] }] }],
    ["clients[0].secret", { clients: [{ id: "a", secret: "ä" }] }],
    ["clients[0].audiences", { clients: [{ id: "a", secret: "a", audiences: ["payroll"] }] }],
    ["clients[0].scopes", { clients: [{ id: "a", secret: "a", scopes: ["payroll:read"] }] }],
    [
      "clients",
      {
        clients: [
          { id: "a", secret: "a" },
          { id: "a", secret: "b" },
        ],
      },
    ],
    ["accessTokenLifetimeMs", { accessTokenLifetimeMs: 1500 }],
    ["host", { host: "0.0.0.0" }],
    ["port", { port: 70_000 }],
    ["issuer", JSON.parse('{ "issuer": "http://x" }')],
  ])("names %s as the setting that cannot be used", (path, options) => {
    expect(() => resolveSettings(options)).toThrow(`startAuthorizationServer: "${path}" must be `);
  });
});
