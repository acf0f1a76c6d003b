import type { TokenStep } from "../scripted-as/token-step.ts";

/**
 * What a token request is expected to be. What is left out is not looked at; `undefined` or an empty list says that there
 * must be none. Audiences, resources and scopes are compared as sets; a scope may be written with spaces.
 */
export interface ExpectedTokenStep {
  readonly grant?: TokenStep["grant"];
  readonly client?: string | undefined;
  /** For whom: the `sub` of the caller. */
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly audience?: string | readonly string[] | undefined;
  readonly resource?: string | readonly string[] | undefined;
  readonly scope?: string | readonly string[] | undefined;
  /** `issued`, the code of an OAuth error, a status like `503`, or `hang`, `stall`, `drop`, `close`. */
  readonly outcome?: string | undefined;
}

/** A column of the table. */
export type StepField = keyof TokenStep & keyof ExpectedTokenStep;

/** What is known and compared of a token request, in the order of a table's columns. */
export const stepFields: readonly StepField[] = [
  "grant",
  "client",
  "subject",
  "actor",
  "audience",
  "resource",
  "scope",
  "outcome",
];

const known: ReadonlySet<string> = new Set(stepFields);

/** Lists the values of a field: a single one is a list of one, and none an empty list. */
export function listValues(step: TokenStep | ExpectedTokenStep, field: StepField): readonly string[] {
  const value = step[field];
  if (value === undefined) return [];
  if (typeof value !== "string") return value;
  return field === "scope" ? value.split(" ") : [value];
}

/**
 * Refuses a name that no token request has: it would match everything.
 *
 * @throws {TypeError} that names it, and the names that there are
 */
export function checkNames(expected: ExpectedTokenStep): void {
  const unknown = Object.keys(expected).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new TypeError(`A token request has no "${unknown}". It has: ${stepFields.join(", ")}.`);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const [values, others] = [new Set(one), new Set(other)];
  return values.size === others.size && [...values].every((value) => others.has(value));
}

/** Tells whether a token request is what was expected, in all that the expectation names. */
export function matchesStep(step: TokenStep, expected: ExpectedTokenStep): boolean {
  return stepFields
    .filter((field) => field in expected)
    .every((field) => isSame(listValues(step, field), listValues(expected, field)));
}
