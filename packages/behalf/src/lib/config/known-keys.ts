import type {
  AuthOptions,
  ConfigurationOptions,
  EndpointOptions,
  InboundOptions,
  ServiceOptions,
  TokenMemoryOptions,
} from "./options.ts";

type KeyRegistry<options> = { readonly [key in Extract<keyof options, string>]-?: true };

const auth: KeyRegistry<AuthOptions> = {
  grantType: true,
  clientId: true,
  clientSecret: true,
  clientAuthentication: true,
  scope: true,
  audience: true,
  resource: true,
  requestedTokenType: true,
  timeoutMs: true,
};
const endpoint: KeyRegistry<EndpointOptions<string>> = { ...auth, path: true, methods: true };
const service: KeyRegistry<ServiceOptions<object>> = { ...auth, host: true, basePath: true, endpoints: true };
const inbound: KeyRegistry<InboundOptions> = {
  audience: true,
  issuer: true,
  authorizationHeader: true,
  algorithms: true,
  clockToleranceMs: true,
  requiredScopes: true,
  jwksCooldownMs: true,
};
const tokenMemory: KeyRegistry<TokenMemoryOptions> = { maxEntries: true, maxBytes: true };
const root: KeyRegistry<ConfigurationOptions<object>> = {
  ...auth,
  name: true,
  authority: true,
  inbound: true,
  serviceDefaults: true,
  services: true,
  messageIdHeader: true,
  serverTiming: true,
  strict: true,
  tokenMemory: true,
};

/** The keys of each level, kept complete by the compiler. */
export const authKeys: readonly string[] = Object.keys(auth);
export const endpointKeys: readonly string[] = Object.keys(endpoint);
export const serviceKeys: readonly string[] = Object.keys(service);
export const inboundKeys: readonly string[] = Object.keys(inbound);
export const tokenMemoryKeys: readonly string[] = Object.keys(tokenMemory);
export const rootKeys: readonly string[] = Object.keys(root);
