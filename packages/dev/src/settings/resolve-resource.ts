import { invalidSetting } from "./invalid-setting.ts";
import type { Resource, ResourceOptions } from "./resource.ts";
import { toBoolean, toWholeSeconds } from "./setting-values.ts";

const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const known = {
  name: true,
  scopes: true,
  defaultScopes: true,
  uri: true,
  tokenFormat: true,
  accessTokenLifetimeMs: true,
  tellsPerson: true,
} satisfies Record<keyof ResourceOptions, true>;

/** What resources have from the server, unless they say otherwise. */
export interface ResourceDefaults {
  readonly accessTokenLifetimeMs: number;
}

/** Checks one resource and applies its defaults. */
export function resolveResource(options: ResourceOptions, path: string, defaults: ResourceDefaults): Resource {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) throw invalidSetting(`${path}.${unknown}`, `one of: ${Object.keys(known).join(", ")}`);

  const { name, scopes, defaultScopes = scopes, uri = `urn:behalf:${name}`, tokenFormat = "jwt" } = options;
  const { accessTokenLifetimeMs = defaults.accessTokenLifetimeMs, tellsPerson = false } = options;
  if (typeof name !== "string" || name === "") throw invalidSetting(`${path}.name`, "a non-empty string");
  if (!URL.canParse(uri) || uri.includes("#")) throw invalidSetting(`${path}.uri`, "an absolute URI without fragment");
  if (!Array.isArray(scopes) || !scopes.every((scope) => scopeToken.test(scope))) {
    throw invalidSetting(`${path}.scopes`, "an array of scopes: printable ASCII without spaces, quotes or backslashes");
  }
  if (!defaultScopes.every((scope) => scopes.includes(scope))) {
    throw invalidSetting(`${path}.defaultScopes`, `among the resource's scopes: ${scopes.join(", ")}`);
  }
  if (tokenFormat !== "jwt" && tokenFormat !== "opaque") throw invalidSetting(`${path}.tokenFormat`, "jwt or opaque");
  toWholeSeconds(`${path}.accessTokenLifetimeMs`, accessTokenLifetimeMs);
  toBoolean(`${path}.tellsPerson`, tellsPerson);
  return Object.freeze({
    name,
    uri,
    scopes: [...scopes],
    defaultScopes: [...defaultScopes],
    tokenFormat,
    accessTokenLifetimeMs,
    tellsPerson,
  });
}
