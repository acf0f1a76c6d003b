import { callGroups, callRegistry } from "./known-call-keys.ts";
import { clientRegistry, type KeyRegistry } from "./known-client-keys.ts";
import { listKnownInboundKeys } from "./known-inbound-keys.ts";
import type {
  AuthOptions,
  CallHookOptions,
  ClientCertificateOptions,
  ConfigurationOptions,
  DpopOptions,
  EncryptionKey,
  EndpointOptions,
  IdentityProviderOptions,
  ServiceDefaultsOptions,
  ServiceOptions,
  TenantOptions,
  TokenMemoryOptions,
} from "./options.ts";

const identityProvider: KeyRegistry<IdentityProviderOptions> = {
  ...clientRegistry,
  tokenEndpoint: true,
  subjectTokenType: true,
  scope: true,
  resource: true,
};
const tenant: KeyRegistry<TenantOptions> = { ...identityProvider, audience: true, extraParameters: true };
const auth: KeyRegistry<AuthOptions> = {
  ...tenant,
  ...callRegistry,
  grantType: true,
  preset: true,
  issuerTemplate: true,
  dpop: true,
  certificateBoundTokens: true,
  requestedTokenType: true,
  actorToken: true,
  actorTokenType: true,
  authorizationDetails: true,
  refreshToken: true,
  refreshReuse: true,
  identityProvider: true,
  delegatedGrant: true,
  anonymousAs: true,
  prewarm: true,
  forwardTo: true,
  audienceGuard: true,
  maxDelegatedTtlMs: true,
  strictProtocol: true,
};
const clientCertificate: KeyRegistry<ClientCertificateOptions> = { certificate: true, privateKey: true };
const dpop: KeyRegistry<DpopOptions> = { privateKey: true, algorithm: true };
const encryptionKey: KeyRegistry<EncryptionKey> = { id: true, key: true };
const endpoint: KeyRegistry<EndpointOptions<string>> = { ...auth, path: true, methods: true };
const hooks: KeyRegistry<CallHookOptions> = { onRequest: true, onResponse: true };
const serviceDefaults: KeyRegistry<ServiceDefaultsOptions> = { ...auth, ...hooks };
const service: KeyRegistry<ServiceOptions<object>> = {
  ...auth,
  ...hooks,
  host: true,
  basePath: true,
  endpoints: true,
};
const tokenMemory: KeyRegistry<TokenMemoryOptions> = { maxEntries: true, maxBytes: true };
const root: KeyRegistry<ConfigurationOptions<object>> = {
  ...auth,
  name: true,
  inbound: true,
  serviceDefaults: true,
  services: true,
  trustedHosts: true,
  tenants: true,
  tenant: true,
  isSystemCaller: true,
  configDelegate: true,
  encryptionKeys: true,
  messageIdHeader: true,
  deadlineHeader: true,
  serverTiming: true,
  strict: true,
  tokenMemory: true,
};

/** The keys of each level, kept complete by the compiler. */
export const authKeys: readonly string[] = Object.keys(auth);
export const endpointKeys: readonly string[] = Object.keys(endpoint);
export const serviceDefaultsKeys: readonly string[] = Object.keys(serviceDefaults);
export const serviceKeys: readonly string[] = Object.keys(service);
export const tokenMemoryKeys: readonly string[] = Object.keys(tokenMemory);
export const tenantKeys: readonly string[] = Object.keys(tenant);
export const identityProviderKeys: readonly string[] = Object.keys(identityProvider);
export const clientCertificateKeys: readonly string[] = Object.keys(clientCertificate);
export const dpopKeys: readonly string[] = Object.keys(dpop);
export const rootKeys: readonly string[] = Object.keys(root);

/** What only code can say: functions, and objects with methods. */
export const functionKeys: ReadonlySet<string> = new Set([
  "tenant",
  "isSystemCaller",
  "configDelegate",
  "onRequest",
  "onResponse",
  "authenticate",
  "transformations",
]);

const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ["serviceDefaults", serviceDefaultsKeys],
  ["tokenMemory", tokenMemoryKeys],
  ["identityProvider", identityProviderKeys],
  ["clientCertificate", clientCertificateKeys],
  ["dpop", dpopKeys],
  ["encryptionKeys", Object.keys(encryptionKey)],
  ...callGroups,
]);

/** The keys that are known at a place below a level: those of the nearest group. */
export function listKnownKeys(level: readonly string[], path: readonly PropertyKey[]): readonly string[] {
  if (path[0] === "inbound") return listKnownInboundKeys(path.slice(1));
  // What follows is the name that somebody chose for a tenant.
  if (path[0] === "tenants") return listKnownKeys(tenantKeys, path.slice(2));
  const nearest = path.map(String).findLast((name) => groups.has(name));
  return groups.get(nearest ?? "") ?? level;
}
