import { expect, it } from "vitest";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { createHealthEndpoints } from "./health-endpoints.ts";

const behalf = { health: () => ({ live: true, ready: true, servers: [], store: undefined }) as const };
const create = (health: unknown): unknown => Reflect.apply(createHealthEndpoints, undefined, [behalf, health]);

it.each([
  ["an empty text", ""],
  ["no slash in front", "healthz"],
  ["a query", "/healthz?x"],
  ["no path", { details: true }],
  ["one path for both", { path: "/healthz", livePath: "/healthz" }],
])("refuses %s", (_what, health) => {
  expect(() => create(health)).toThrow(ConfigurationError);
});

it("finds nothing where no path is given", () => {
  expect(createHealthEndpoints(behalf, undefined)("GET", "/healthz")).toBeUndefined();
});
