import type { AuthSettings } from "./auth-settings.ts";
import { isByCertificate } from "./certificate-methods.ts";
import { defaultAuthSettings } from "./default-auth-settings.ts";
import type { OwnAuth } from "./own-auth.ts";
import { findPreset } from "./presets.ts";
import type { ServiceAuthConfig } from "./service-auth-config.ts";
import { fillTenant } from "./tenant-name.ts";
import { toParameters } from "./to-parameters.ts";
import { joinPath } from "./tree.ts";

/** What settings are resolved for. */
export interface SettingsPlace {
  readonly configPath: string;
  readonly tenant: string | undefined;
  /** The authority of the instance, as the root names it. */
  readonly rootAuthority: string | undefined;
  readonly identityProvider: ServiceAuthConfig | undefined;
}

type Servers = Pick<AuthSettings, "authority" | "issuerTemplate" | "tokenEndpoint">;

/** Which server is asked. The instance's own is `undefined`; that of a tenant never is. */
function resolveServers(auth: OwnAuth, { tenant, rootAuthority }: SettingsPlace): Servers {
  const fill = (url: string | undefined): string | undefined =>
    url === undefined || tenant === undefined ? url : fillTenant(url, tenant);
  const authority = fill(auth.authority);
  const preset = findPreset(auth.preset);
  const path = preset?.tokenEndpointPath;
  const below = authority && path && `${authority.replace(/\/+$/, "")}${path}`;
  const templates = preset?.issuerTemplates ?? {};
  const known = authority?.replace(/\/+$/, "") ?? "";
  return {
    authority: authority === rootAuthority ? undefined : authority,
    tokenEndpoint: fill(auth.tokenEndpoint) ?? (below || undefined),
    issuerTemplate: auth.issuerTemplate ?? (Object.hasOwn(templates, known) ? templates[known] : undefined),
  };
}

/** Resolves all that a node says of tokens besides grant, client and target. */
export function resolveSettings(auth: OwnAuth, place: SettingsPlace): AuthSettings {
  const { dialect, ...defaults } = defaultAuthSettings;
  const key = {
    path: joinPath(place.configPath, "privateKey"),
    keyId: auth.keyId,
    algorithm: auth.signingAlgorithm,
    certificate: auth.certificate,
  };
  return Object.freeze<AuthSettings>({
    ...resolveServers(auth, place),
    tenant: place.tenant,
    privateKey: auth.privateKey?.sourceOf(key),
    clientAssertion: auth.clientAssertion,
    clientAssertionType: auth.clientAssertionType ?? defaults.clientAssertionType,
    clientCertificate: auth.clientCertificate,
    ca: auth.ca,
    proxy: auth.proxy,
    dpop: auth.dpop || undefined,
    certificateBoundTokens: auth.certificateBoundTokens ?? isByCertificate(auth.clientAuthentication),
    subjectTokenType: auth.subjectTokenType,
    actorToken: auth.actorToken,
    actorTokenType: auth.actorTokenType,
    parameters: toParameters(auth.extraParameters, auth.authorizationDetails),
    refreshToken: auth.refreshToken,
    refreshReuse: auth.refreshReuse ?? defaults.refreshReuse,
    identityProvider: place.identityProvider,
    delegatedGrant: auth.delegatedGrant ?? defaults.delegatedGrant,
    anonymousAs: auth.anonymousAs,
    forwardTo: auth.forwardTo ?? defaults.forwardTo,
    audienceGuard: auth.audienceGuard ?? (auth.strictProtocol ? "fail" : defaults.audienceGuard),
    maxDelegatedTtlMs: auth.maxDelegatedTtlMs,
    dialect: Object.freeze({
      assertionAudience: auth.assertionAudience ?? dialect.assertionAudience,
      basicEncoding: auth.basicEncoding ?? dialect.basicEncoding,
      clientIdInBody: auth.clientIdInBody ?? dialect.clientIdInBody,
      strictProtocol: auth.strictProtocol ?? dialect.strictProtocol,
    }),
  });
}
