import { invalidSetting } from "./invalid-setting.ts";

/** Reads a life in milliseconds, and gives it in the seconds that the wire can say. */
export function toWholeSeconds(path: string, lifetimeMs: number): number {
  if (!Number.isInteger(lifetimeMs / 1000) || lifetimeMs < 1000) {
    throw invalidSetting(path, "whole seconds in milliseconds, at least 1000");
  }
  return lifetimeMs / 1000;
}

/** Reads a setting that is on or off. */
export function toBoolean(path: string, value: boolean): boolean {
  if (typeof value !== "boolean") throw invalidSetting(path, "true or false");
  return value;
}
