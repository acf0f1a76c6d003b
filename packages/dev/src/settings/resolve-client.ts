import type { Client, ClientGrant, ClientOptions } from "./client.ts";
import { invalidSetting } from "./invalid-setting.ts";
import type { Resource } from "./resource.ts";

const printable = /^[\x20-\x7e]+$/;
const everyGrant: readonly ClientGrant[] = ["clientCredentials", "tokenExchange"];

/** Checks one client against the resources and applies its defaults. */
export function resolveClient(options: ClientOptions, path: string, resources: readonly Resource[]): Client {
  const { id, secret, redirectUris = [] } = options;
  if (typeof id !== "string" || !printable.test(id)) throw invalidSetting(`${path}.id`, "printable ASCII");
  if (secret !== undefined && !printable.test(secret)) throw invalidSetting(`${path}.secret`, "printable ASCII");
  if (secret === undefined && redirectUris.length === 0) {
    throw invalidSetting(path, 'given a "secret" (confidential) or "redirectUris" (public)');
  }
  if (!redirectUris.every((uri) => URL.canParse(uri))) throw invalidSetting(`${path}.redirectUris`, "absolute URIs");
  return Object.freeze({
    id,
    ...(secret === undefined ? {} : { secret }),
    redirectUris: [...redirectUris],
    grants: secret === undefined ? [] : chosen(options.grants, everyGrant, `${path}.grants`),
    audiences: chosen(
      options.audiences,
      resources.map(({ name }) => name),
      `${path}.audiences`,
    ),
    scopes: chosen(
      options.scopes,
      resources.flatMap(({ scopes }) => scopes),
      `${path}.scopes`,
    ),
  });
}

function chosen<value extends string>(
  given: readonly value[] | undefined,
  known: readonly value[],
  path: string,
): readonly value[] {
  if (given?.every((value) => known.includes(value)) === false)
    throw invalidSetting(path, `among: ${known.join(", ")}`);
  return [...(given ?? known)];
}
