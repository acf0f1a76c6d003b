import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { parseCriteria } from "../values/criteria.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { AuthNode } from "./auth-node.ts";
import { checkAudiences } from "./check-audiences.ts";
import { checkInbound, type InboundSurroundings } from "./check-inbound.ts";
import type { CheckedInbound } from "./checked-inbound.ts";
import { rootKeys } from "./known-keys.ts";
import { omitRepeats } from "./omit-repeats.ts";
import { readOwnAuth } from "./own-auth.ts";
import { createResource, toPublicUrls } from "./public-url.ts";
import { createInboundNode, listLevels, resolveAuthenticator, toAlgorithms } from "./resolve-authenticator.ts";
import type { ResolvedDevProxy, ResolvedIdentity, ResolvedInbound, ResolvedInboundDpop } from "./resolved-inbound.ts";
import { inboundPlaceSchema } from "./schema/inbound.ts";
import { toProblems } from "./to-problems.ts";
import type { Tree } from "./tree.ts";

/** What `inbound` is resolved against. */
export interface InboundPlace extends InboundSurroundings {
  readonly root: AuthNode;
}

/** How callers are validated, or what is wrong with it. */
export interface InboundResolution {
  /** `undefined` where the configuration says nothing of it, or it is wrong. */
  readonly inbound: ResolvedInbound | undefined;
  readonly problems: readonly ConfigurationProblem[];
}

function resolveDpop({ dpop, resource, algorithms }: CheckedInbound): ResolvedInboundDpop | undefined {
  if (!(dpop ?? resource !== undefined)) return undefined;
  const given = typeof dpop === "object" ? dpop : {};
  return Object.freeze({
    required: given.required ?? false,
    nonce: given.nonce ?? false,
    algorithms: toAlgorithms(given.algorithms ?? algorithms),
    proofLifeMs: given.proofLifeMs ?? 60_000,
  });
}

function resolveIdentity({ identity = {} }: CheckedInbound, above: AuthNode): ResolvedIdentity {
  // Whatever is asked of other services is not asked of userinfo.
  const target = {
    scope: MultiStringValue.from(identity.scope),
    audience: MultiStringValue.from(identity.audience),
    resource: MultiStringValue.from(identity.resource),
  };
  return Object.freeze<ResolvedIdentity>({
    source: identity.source ?? "token",
    userInfoGrant: identity.userInfoGrant ?? "forward",
    auth: new AuthNode("inbound.identity", { ...readOwnAuth({ grantType: "tokenExchange" }), ...target }, above),
    transformations: Object.freeze([...(identity.transformations ?? [])]),
    keepMs: identity.keepMs ?? 60_000,
  });
}

const never = (): boolean => false;

function resolveDevProxy({ devProxy }: CheckedInbound): ResolvedDevProxy | undefined {
  if (!devProxy) return undefined;
  const { url, mutedWhen = never } = devProxy;
  return Object.freeze({
    url: new URL(url),
    muted: typeof mutedWhen === "string" ? parseCriteria(mutedWhen) : mutedWhen,
  });
}

function resolveLogout(
  { backchannelLogout: given }: CheckedInbound,
  { clientId }: AuthNode,
): ResolvedInbound["backchannelLogout"] {
  if (!given) return undefined;
  const { path = "/backchannel-logout", audience = clientId } = given === true ? {} : given;
  return Object.freeze({ path, audience: MultiStringValue.from(audience) });
}

function resolveChecked(checked: CheckedInbound, { root, insecureRequestsAllowed }: InboundPlace): ResolvedInbound {
  const above = createInboundNode(checked, root);
  const [first, ...others] = listLevels(checked).map((level) => resolveAuthenticator(level, above));
  if (!first) throw new TypeError("No authenticator was found.");
  return Object.freeze<ResolvedInbound>({
    authenticators: Object.freeze([first, ...others] as const),
    resource: checked.resource === undefined ? undefined : createResource(checked.resource, insecureRequestsAllowed),
    publicUrls: toPublicUrls([checked.publicUrls ?? []].flat()),
    resourceMetadata: Object.freeze({ ...checked.resourceMetadata }),
    dpop: resolveDpop(checked),
    clientCertificateHeader: checked.clientCertificateHeader?.toLowerCase(),
    identity: resolveIdentity(checked, above),
    devProxy: resolveDevProxy(checked),
    backchannelLogout: resolveLogout(checked, above),
    validatedTokens: Object.freeze({
      maxEntries: checked.validatedTokens?.maxEntries ?? 10_000,
      maxBytes: checked.validatedTokens?.maxBytes ?? 64 * 1024 * 1024,
    }),
  });
}

/** Resolves how callers are validated, and says what is wrong with it. */
export function resolveInbound({ inbound: given }: Tree, place: InboundPlace): InboundResolution {
  if (given === undefined) return { inbound: undefined, problems: [] };
  const audiences = checkAudiences(given);
  const tree = { inbound: given };
  const checked = inboundPlaceSchema.safeParse(tree);
  if (!checked.success) {
    const found = toProblems(checked.error.issues, { path: "", tree, levelKeys: rootKeys });
    return { inbound: undefined, problems: omitRepeats([...audiences, ...found]) };
  }
  const inbound = resolveChecked(checked.data.inbound, place);
  const problems = omitRepeats([...audiences, ...checkInbound(inbound, checked.data.inbound, place)]);
  return { inbound: problems.length > 0 ? undefined : inbound, problems };
}
