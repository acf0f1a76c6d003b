import type { AuthNode } from "./auth-node.ts";
import { type DescribedNode, describeNode, describePlain } from "./describe-node.ts";
import { authenticatorServerKeys } from "./known-inbound-keys.ts";
import { readResource } from "./public-url.ts";
import type { ResolvedConfiguration } from "./resolved.ts";
import type { ResolvedAuthenticator, ResolvedInbound } from "./resolved-inbound.ts";

const orNothing = <value>(list: readonly value[]): readonly value[] | undefined => (list.length > 0 ? list : undefined);

/** The settings of an authenticator besides its server's. Of pinned keys, what they are called. */
const listSettings = (authenticator: ResolvedAuthenticator): Parameters<typeof describePlain>[2] => ({
  type: authenticator.type,
  audience: [...authenticator.audience],
  issuer: orNothing(authenticator.issuers),
  authorizationHeader: authenticator.headers,
  algorithms: authenticator.algorithms,
  clockToleranceMs: authenticator.clockToleranceMs,
  requiredScopes: [...authenticator.requiredScopes],
  jwksCooldownMs: authenticator.jwksCooldownMs,
  keys: authenticator.keys?.map(({ kid, kty }) => kid ?? `${kty}, without kid`),
  profile: authenticator.profile,
  maxLifeMs: authenticator.maxLifeMs,
  tokenPrefix: authenticator.tokenPrefix || undefined,
  byRouteOnly: authenticator.byRouteOnly,
  keepMs: authenticator.keepMs,
  introspectionAuthorization: authenticator.introspectionAuthorization,
  authenticate: authenticator.authenticate && "given",
});

function describeServer(configuration: ResolvedConfiguration, auth: AuthNode): DescribedNode {
  const described = Object.entries(describeNode(configuration, auth));
  return Object.fromEntries(described.filter(([key]) => authenticatorServerKeys.includes(key)));
}

/** What one authenticator goes by; what it has from `inbound` says so. */
function describeAuthenticator(
  configuration: ResolvedConfiguration,
  authenticator: ResolvedAuthenticator,
): DescribedNode {
  const { configPath, auth } = authenticator;
  const own = describePlain(configuration, configPath, listSettings(authenticator));
  const above = configPath === "inbound" ? {} : describePlain(configuration, "inbound", listSettings(authenticator));
  const settings = Object.entries(own).map(([key, value]) => {
    const { source = "default" } = value.source === "default" ? (above[key] ?? {}) : {};
    return [key, source === "default" ? value : { ...value, source: `${source}, from inbound.${key}` }] as const;
  });
  return { ...Object.fromEntries(settings), ...describeServer(configuration, auth) };
}

const listIdentity = ({ identity }: ResolvedInbound): Parameters<typeof describePlain>[2] => ({
  "identity.source": identity.source,
  "identity.userInfoGrant": identity.userInfoGrant,
  "identity.scope": orNothing([...identity.auth.scope]),
  "identity.audience": orNothing([...identity.auth.audience]),
  "identity.resource": orNothing([...identity.auth.resource]),
  "identity.transformations": orNothing(identity.transformations.map(({ name }) => name || "given")),
  "identity.keepMs": identity.keepMs,
});

/** The settings of the inbound side as a whole. Criteria may name what only the sidecar knows: they are not shown. */
const listWhole = (inbound: ResolvedInbound, mutes: boolean): Parameters<typeof describePlain>[2] => ({
  resource: readResource(inbound) ?? (inbound.resource && "given"),
  publicUrls: orNothing(inbound.publicUrls),
  resourceMetadata: orNothing(Object.keys(inbound.resourceMetadata)),
  dpop: inbound.dpop !== undefined,
  "dpop.required": inbound.dpop?.required,
  "dpop.nonce": inbound.dpop?.nonce,
  "dpop.algorithms": inbound.dpop?.algorithms,
  "dpop.proofLifeMs": inbound.dpop?.proofLifeMs,
  clientCertificateHeader: inbound.clientCertificateHeader,
  ...listIdentity(inbound),
  "devProxy.url": inbound.devProxy?.url.href,
  "devProxy.mutedWhen": mutes ? "given" : undefined,
  backchannelLogout: inbound.backchannelLogout !== undefined,
  "backchannelLogout.path": inbound.backchannelLogout?.path,
  "backchannelLogout.audience": inbound.backchannelLogout && [...inbound.backchannelLogout.audience],
  "validatedTokens.maxEntries": inbound.validatedTokens.maxEntries,
  "validatedTokens.maxBytes": inbound.validatedTokens.maxBytes,
});

const prefixAll = (prefix: string, described: DescribedNode): DescribedNode =>
  Object.fromEntries(Object.entries(described).map(([key, value]) => [`${prefix}.${key}`, value]));

/** Tells how callers are validated; empty where they are not. */
export function describeInbound(configuration: ResolvedConfiguration): DescribedNode {
  const { inbound, sources } = configuration;
  if (!inbound) return {};
  const whole = describePlain(configuration, "inbound", listWhole(inbound, sources.has("inbound.devProxy.mutedWhen")));
  const authenticators = inbound.authenticators.map((authenticator) =>
    prefixAll(authenticator.configPath, describeAuthenticator(configuration, authenticator)),
  );
  return Object.assign({}, ...authenticators, prefixAll("inbound", whole));
}
