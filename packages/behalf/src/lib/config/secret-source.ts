import type { SecretSource } from "./service-auth-config.ts";

export type { ReadSecretOptions, SecretSource } from "./service-auth-config.ts";

/** Whether an object can be read as a source of secrets. */
export function isSecretSource(value: unknown): value is SecretSource {
  if (typeof value !== "object" || value === null || !("notation" in value)) return false;
  return "peek" in value && typeof value.peek === "function" && "read" in value && typeof value.read === "function";
}
