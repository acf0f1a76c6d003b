import { inspect } from "node:util";
import type { ScriptedAs } from "./scripted-as.ts";
import type { Backend } from "./scripted-backend.ts";
import { the } from "./the.ts";

/** A text to be put into a field that must never be printed; it names the field. */
export function mark(field: string): string {
  return `${the.markerSecret}-${field}`;
}

function showJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function showError(error: Error): string {
  return [error.message, error.stack, String(error), showAll(error.cause), ...Object.values(error).map(showAll)].join(
    "\n",
  );
}

/** All that a value shows to those who print it, log it or send it: `inspect`, JSON, and of an error all its parts. */
export function showAll(value: unknown): string {
  const inspected = inspect(value, { depth: null, showHidden: false, maxArrayLength: null, maxStringLength: null });
  const parts = value instanceof Error ? [showError(value)] : Array.isArray(value) ? value.map(showAll) : [];
  return [inspected, showJson(value), String(value), ...parts].join("\n");
}

/** Finds the marked fields, and the given secrets, in what a value shows. */
export function findMarks(value: unknown, secrets: readonly (string | undefined)[] = []): readonly string[] {
  const text = showAll(value);
  const marks = text.match(new RegExp(`${the.markerSecret}[\\w-]*`, "g")) ?? [];
  return [...new Set([...marks, ...secrets.filter((secret) => secret !== undefined && text.includes(secret))])].map(
    String,
  );
}

/** Every token that went over the wire so far: those that the backend was sent, and the subjects of exchanges. */
export function listTokens({ as, backend }: { as: ScriptedAs; backend: Backend }): readonly (string | undefined)[] {
  return [
    ...backend.requests.map(({ token }) => token),
    ...as.tokenRequests.map(({ form }) => form.get("subject_token") ?? undefined),
  ];
}
