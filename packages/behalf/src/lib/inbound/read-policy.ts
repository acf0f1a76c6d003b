import type { RoutePolicy } from "./route-policy.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value.trim() !== "";
const isListOfTexts: Check = (value) =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
const isPlain: Check = (value) => ["string", "number", "boolean"].includes(typeof value);
const isRule: Check = (value) =>
  typeof value === "function" || isPlain(value) || (Array.isArray(value) && value.length > 0 && value.every(isPlain));

const isRules: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isRule);

/** Kept complete by the compiler. */
const checks: { readonly [name in keyof RoutePolicy]-?: { readonly fits: Check; readonly wanted: string } } = {
  anonymous: { fits: (value) => value === undefined || typeof value === "boolean", wanted: "true or false" },
  authenticators: { fits: isListOfTexts, wanted: "the names of authenticators" },
  scopes: { fits: isListOfTexts, wanted: "scopes" },
  claims: { fits: isRules, wanted: "an object of claims, each with a value, a list of values or a function" },
  acrValues: { fits: isListOfTexts, wanted: "values of acr" },
  maxAgeMs: {
    fits: (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
    wanted: "a number of milliseconds",
  },
  identity: { fits: (value) => value === "system" || value === "person", wanted: '"system" or "person"' },
};

const isKnown = (name: string): name is keyof RoutePolicy => Object.hasOwn(checks, name);

/**
 * Makes sure that a policy asks for what it seems to: one that cannot be read opens nothing. A setting that is `undefined`, for a
 * variable that is not there, is not taken for one that was left out.
 *
 * @throws {TypeError} that names the setting
 */
export function readPolicy(policy: RoutePolicy): RoutePolicy {
  if (typeof policy !== "object" || policy === null || "then" in policy) {
    throw new TypeError("A route's policy is an object, and not a promise of one.");
  }
  for (const [name, value] of Object.entries(policy)) {
    if (!isKnown(name)) {
      throw new TypeError(`A route's policy has no "${name}": it may have ${Object.keys(checks).join(", ")}.`);
    }
    if (!checks[name].fits(value)) throw new TypeError(`"${name}" of a route's policy wants ${checks[name].wanted}.`);
  }
  return policy;
}
