import { invalidSetting } from "./invalid-setting.ts";
import type { Resource, ResourceOptions } from "./resource.ts";

const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Checks one resource and applies its defaults. */
export function resolveResource(options: ResourceOptions, path: string): Resource {
  const { name, scopes, defaultScopes = scopes, uri = `urn:behalf:${name}` } = options;
  if (typeof name !== "string" || name === "") throw invalidSetting(`${path}.name`, "a non-empty string");
  if (!URL.canParse(uri) || uri.includes("#")) throw invalidSetting(`${path}.uri`, "an absolute URI without fragment");
  if (!Array.isArray(scopes) || !scopes.every((scope) => scopeToken.test(scope))) {
    throw invalidSetting(`${path}.scopes`, "an array of scopes: printable ASCII without spaces, quotes or backslashes");
  }
  if (!defaultScopes.every((scope) => scopes.includes(scope))) {
    throw invalidSetting(`${path}.defaultScopes`, `among the resource's scopes: ${scopes.join(", ")}`);
  }
  return Object.freeze({ name, uri, scopes: [...scopes], defaultScopes: [...defaultScopes] });
}
