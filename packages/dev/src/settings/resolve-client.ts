import type { Client, ClientGrant, ClientOptions } from "./client.ts";
import { invalidSetting } from "./invalid-setting.ts";
import { resolveAuthentication } from "./resolve-authentication.ts";
import type { Resource } from "./resource.ts";

const printable = /^[\x20-\x7e]+$/;
const everyGrant: readonly ClientGrant[] = [
  "clientCredentials",
  "tokenExchange",
  "onBehalfOf",
  "jwtBearer",
  "refreshToken",
];
const publicGrants = everyGrant.filter((grant) => grant !== "clientCredentials");

const known = {
  id: true,
  secret: true,
  jwks: true,
  tlsClientAuth: true,
  certificates: true,
  authentication: true,
  grants: true,
  redirectUris: true,
  audiences: true,
  scopes: true,
  dpopBoundAccessTokens: true,
  tlsClientCertificateBoundAccessTokens: true,
} satisfies Record<keyof ClientOptions, true>;

/** Checks one client against the resources and applies its defaults. */
export function resolveClient(options: ClientOptions, path: string, resources: readonly Resource[]): Client {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) throw invalidSetting(`${path}.${unknown}`, `one of: ${Object.keys(known).join(", ")}`);

  const { id, redirectUris = [], dpopBoundAccessTokens = false } = options;
  const { tlsClientCertificateBoundAccessTokens = false } = options;
  if (typeof id !== "string" || !printable.test(id)) throw invalidSetting(`${path}.id`, "printable ASCII");
  const authentication = resolveAuthentication(options, path);
  if (dpopBoundAccessTokens && tlsClientCertificateBoundAccessTokens) {
    throw invalidSetting(path, "bound by DPoP or by certificate, not both");
  }
  if (!redirectUris.every((uri) => URL.canParse(uri))) throw invalidSetting(`${path}.redirectUris`, "absolute URIs");
  return Object.freeze({
    id,
    ...authentication,
    redirectUris: [...redirectUris],
    grants: resolveGrants(options, authentication.authentication === "none", path),
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
    dpopBoundAccessTokens,
    tlsClientCertificateBoundAccessTokens,
  });
}

function resolveGrants(options: ClientOptions, isPublic: boolean, path: string): readonly ClientGrant[] {
  const { grants, redirectUris = [] } = options;
  if (isPublic && grants === undefined && redirectUris.length === 0) {
    throw invalidSetting(path, 'given a credential such as "secret" (confidential), or "redirectUris" (public)');
  }
  const wished = isPublic ? (grants ?? []) : grants;
  return chosen(wished, isPublic ? publicGrants : everyGrant, `${path}.grants`);
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
