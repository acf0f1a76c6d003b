import type {
  AuthenticatorOptions,
  AuthenticatorServerOptions,
  BackchannelLogoutOptions,
  DevProxyOptions,
  IdentityOptions,
  InboundDpopOptions,
  InboundOptions,
  ValidatedTokenOptions,
} from "./inbound-options.ts";
import { clientRegistry, type KeyRegistry } from "./known-client-keys.ts";

const server: KeyRegistry<AuthenticatorServerOptions> = { ...clientRegistry, issuerTemplate: true };
const authenticator: KeyRegistry<AuthenticatorOptions> = {
  audience: true,
  type: true,
  issuer: true,
  authorizationHeader: true,
  algorithms: true,
  clockToleranceMs: true,
  requiredScopes: true,
  jwksCooldownMs: true,
  keys: true,
  profile: true,
  maxLifeMs: true,
  tokenPrefix: true,
  byRouteOnly: true,
  keepMs: true,
  introspectionAuthorization: true,
  authenticate: true,
  ...server,
};
const inbound: KeyRegistry<InboundOptions> = {
  ...authenticator,
  authenticators: true,
  resource: true,
  publicUrls: true,
  resourceMetadata: true,
  dpop: true,
  clientCertificateHeader: true,
  identity: true,
  devProxy: true,
  backchannelLogout: true,
  validatedTokens: true,
};
const dpop: KeyRegistry<InboundDpopOptions> = { required: true, nonce: true, algorithms: true, proofLifeMs: true };
const identity: KeyRegistry<IdentityOptions> = {
  source: true,
  userInfoGrant: true,
  scope: true,
  audience: true,
  resource: true,
  transformations: true,
  keepMs: true,
};
const devProxy: KeyRegistry<DevProxyOptions> = { url: true, mutedWhen: true };
const backchannelLogout: KeyRegistry<BackchannelLogoutOptions> = { path: true, audience: true };
const validatedTokens: KeyRegistry<ValidatedTokenOptions> = { maxEntries: true, maxBytes: true };

/** The keys of the levels of `inbound`, kept complete by the compiler. */
export const authenticatorServerKeys: readonly string[] = Object.keys(server);
export const authenticatorKeys: readonly string[] = Object.keys(authenticator);
export const inboundKeys: readonly string[] = Object.keys(inbound);

/** The groups of `inbound` by name, with their keys. */
export const inboundGroups: ReadonlyMap<string, readonly string[]> = new Map([
  ["dpop", Object.keys(dpop)],
  ["identity", Object.keys(identity)],
  ["devProxy", Object.keys(devProxy)],
  ["backchannelLogout", Object.keys(backchannelLogout)],
  ["validatedTokens", Object.keys(validatedTokens)],
]);

const certificateKeys = ["certificate", "privateKey"];

/** The keys that are known at a place below `inbound`. */
export function listKnownInboundKeys([name, , inner]: readonly PropertyKey[]): readonly string[] {
  if (name === undefined) return inboundKeys;
  if (name === "authenticators") return inner === "clientCertificate" ? certificateKeys : authenticatorKeys;
  if (name === "clientCertificate") return certificateKeys;
  if (name === "keys") return ["keys"];
  return inboundGroups.get(String(name)) ?? [];
}
