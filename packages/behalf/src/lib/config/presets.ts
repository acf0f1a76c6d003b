import type { AuthOptions } from "./options.ts";
import type { PresetName } from "./preset-name.ts";

/** The settings that a preset can have: those that name a dialect, and none that name a party. */
export type PresetAuth = Pick<
  AuthOptions,
  | "clientAuthentication"
  | "assertionAudience"
  | "basicEncoding"
  | "clientIdInBody"
  | "delegatedGrant"
  | "subjectTokenType"
  | "requestedTokenType"
  | "strictProtocol"
>;

/** Settings that fit a product. */
export interface Preset {
  readonly auth: PresetAuth;
  /** The issuers of an authority that serves many tenants, by that authority. */
  readonly issuerTemplates?: Readonly<Record<string, string>>;
  /** Where tokens are asked for below the authority, for servers that have no metadata. */
  readonly tokenEndpointPath?: string;
  readonly messageIdHeader?: string;
  /** Whether a request there names no service: none is missing. */
  readonly namesNoTarget?: boolean;
  /** What to know about the product, for a person. */
  readonly notes: readonly string[];
}

const entraHosts = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

const entraTemplates = entraHosts.flatMap((host) =>
  ["common", "organizations"].map(
    (tenants) => [`https://${host}/${tenants}/v2.0`, `https://${host}/{tenantid}/v2.0`] as const,
  ),
);

const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** The presets by name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  entra: {
    auth: {
      clientAuthentication: "client_secret_post",
      delegatedGrant: "onBehalfOf",
      assertionAudience: "tokenEndpoint",
    },
    issuerTemplates: Object.fromEntries(entraTemplates),
    notes: [
      "The authority is https://login.microsoftonline.com/<tenant id>/v2.0.",
      "A service is named by its scope, such as api://inventory/.default; there is no audience and no resource.",
      "The caller's token must be for this API: it is refused as an assertion when its aud is another one.",
      "A certificate is sent as x5t#S256; PS256 is what Microsoft recommends for it.",
    ],
  },
  keycloak: {
    auth: {
      clientAuthentication: "client_secret_basic",
      delegatedGrant: "tokenExchange",
      assertionAudience: "issuer",
      subjectTokenType: accessTokenType,
    },
    notes: [
      "The authority is https://<host>/realms/<realm>.",
      "The audience is the client id of the service; the client has standard token exchange switched on.",
      "An audience filters what is there: a client scope must put the service into aud.",
      "The caller's token must have this client in its aud.",
    ],
  },
  auth0: {
    auth: {
      clientAuthentication: "client_secret_post",
      delegatedGrant: "tokenExchange",
      assertionAudience: "issuer",
      requestedTokenType: accessTokenType,
    },
    notes: [
      "The authority is https://<tenant>.auth0.com; the issuer ends with a slash.",
      "The audience is the identifier of the API, and client credentials need one.",
      "An exchange on behalf takes a Custom API Client; Custom Token Exchange takes a profile.",
    ],
  },
  okta: {
    auth: {
      clientAuthentication: "client_secret_basic",
      delegatedGrant: "tokenExchange",
      assertionAudience: "tokenEndpoint",
      subjectTokenType: accessTokenType,
    },
    notes: [
      "The authority is https://<host>/oauth2/<authorization server id>; the org's own server exchanges nothing.",
      "One custom authorization server is enough for an exchange; a second one must trust the first.",
      "The audience is the one of the authorization server; every request names a scope.",
    ],
  },
  cognito: {
    auth: { clientAuthentication: "client_secret_basic" },
    notes: [
      "The authority is https://cognito-idp.<region>.amazonaws.com/<user pool id>; tokens come from the pool's domain.",
      "There are client credentials and refresh tokens only: nothing is exchanged.",
      "A service is named by its scopes: <resource server>/<scope>.",
    ],
  },
  apigee: {
    auth: {
      clientAuthentication: "client_secret_basic",
      basicEncoding: "raw",
      delegatedGrant: "tokenExchange",
      subjectTokenType: "urn:ietf:params:oauth:token-type:id_token",
      strictProtocol: false,
    },
    tokenEndpointPath: "/oauth2/token",
    namesNoTarget: true,
    messageIdHeader: "api-flow-id",
    notes: [
      "The caller's token is exchanged as an id_token, whatever it is.",
      "expires_in comes as a text, and is read as a number.",
      "No audience and no resource is named.",
    ],
  },
};

/** Every setting that some preset has. */
export const presetKeys: ReadonlySet<string> = new Set(Object.values(presets).flatMap(({ auth }) => Object.keys(auth)));

/** The names of the presets. */
export const presetNames: readonly PresetName[] = ["entra", "keycloak", "auth0", "okta", "cognito", "apigee"];

/** Finds a preset by its name. */
export function findPreset(name: string | undefined): Preset | undefined {
  const known = presetNames.find((candidate) => candidate === name);
  return known && presets[known];
}
