import { redacted } from "../values/redacted.ts";
import type { AuthNode } from "./auth-node.ts";
import { findPreset, type Preset } from "./presets.ts";
import type { ResolvedConfiguration } from "./resolved.ts";
import { joinPath, type SourceMap } from "./tree.ts";

/**
 * An effective value and where it comes from: `code`, `file`, `environment`, `preset …` or `default`, with the path if
 * inherited. Of a secret, the value is where it stands.
 */
export interface DescribedValue {
  readonly value: string | number | boolean | readonly string[] | undefined;
  readonly source: string;
}

/** The effective settings of one node. */
export type DescribedNode = Readonly<Record<string, DescribedValue>>;

type Values = Readonly<Record<string, DescribedValue["value"]>>;

interface Located {
  readonly notation: string;
}

/** What stands in the configuration itself is not shown; otherwise, where it stands. */
const showPlace = (source: Located | undefined): string | undefined =>
  source && (/(^|, )given(, |$)/.test(source.notation) ? redacted : source.notation);

const showDetails = (
  details: readonly Readonly<Record<string, unknown>>[] | undefined,
): readonly string[] | undefined => details?.map(({ type }) => (typeof type === "string" ? type : "?"));

/** The settings that are shown whether or not anybody set them. */
function listAlways(node: AuthNode): Values {
  return {
    grantType: node.grantType,
    clientId: node.clientId,
    clientSecret: showPlace(node.secretSource),
    clientAuthentication: node.clientAuthentication,
    scope: [...node.scope],
    audience: [...node.audience],
    resource: [...node.resource],
    requestedTokenType: node.requestedTokenType,
    timeoutMs: node.timeoutMs,
  };
}

/** Where tokens come from, and what the client proves itself with. */
function listClient(node: AuthNode): Values {
  const { settings } = node;
  const { clientCertificate: shown, identityProvider } = settings;
  return {
    preset: node.effective("preset"),
    authority: node.parent && node.authority,
    tokenEndpoint: settings.tokenEndpoint,
    issuerTemplate: settings.issuerTemplate,
    privateKey: showPlace(node.effective("privateKey")),
    keyId: node.effective("keyId"),
    certificate: showPlace(node.effective("certificate")),
    signingAlgorithm: node.effective("signingAlgorithm"),
    clientAssertion: showPlace(settings.clientAssertion),
    clientAssertionType: settings.clientAssertionType,
    assertionAudience: settings.dialect.assertionAudience,
    basicEncoding: settings.dialect.basicEncoding,
    clientIdInBody: settings.dialect.clientIdInBody,
    clientCertificate: showPlace(shown && { notation: `${shown.certificate.notation}, ${shown.privateKey.notation}` }),
    ca: showPlace(settings.ca),
    proxy: showPlace(settings.proxy),
    dpop: settings.dpop !== undefined,
    certificateBoundTokens: settings.certificateBoundTokens,
    identityProvider: identityProvider && node.identityProvider?.authority,
  };
}

/** What a token request says, and what is done with its answer. Values of parameters may be secrets: names are shown. */
function listRequest(node: AuthNode): Values {
  const { settings } = node;
  const { actorToken } = settings;
  const parameters = node.effective("extraParameters");
  return {
    subjectTokenType: settings.subjectTokenType,
    actorToken: typeof actorToken === "string" ? actorToken : showPlace(actorToken),
    actorTokenType: settings.actorTokenType,
    authorizationDetails: showDetails(node.effective("authorizationDetails")),
    extraParameters: parameters && Object.keys(parameters),
    refreshToken: showPlace(settings.refreshToken),
    refreshReuse: settings.refreshReuse,
    delegatedGrant: settings.delegatedGrant,
    anonymousAs: settings.anonymousAs,
    prewarm: node.effective("prewarm"),
    forwardTo: settings.forwardTo,
    audienceGuard: settings.audienceGuard,
    maxDelegatedTtlMs: settings.maxDelegatedTtlMs,
    strictProtocol: settings.dialect.strictProtocol,
  };
}

/** How calls are made, but for the groups. */
const listCalls = ({ calls }: AuthNode): Values => ({
  maxResponseBytes: calls.maxResponseBytes,
  compression: calls.compression,
  maxRedirects: calls.maxRedirects,
  userAgent: calls.userAgent ?? false,
});

/** A node and what stands above it, to the root. */
export const listLevels = (node: AuthNode): readonly AuthNode[] =>
  node.parent ? [node, ...listLevels(node.parent)] : [node];

/** The source of a setting, or of the first part of one that is a group. */
function findOwnSource(sources: SourceMap, path: string): string | undefined {
  const below = `${path}.`;
  return sources.get(path) ?? [...sources].find(([candidate]) => candidate.startsWith(below))?.[1];
}

function givesKey(preset: Preset | undefined, key: string): boolean {
  if (!preset) return false;
  if (key === "tokenEndpoint") return preset.tokenEndpointPath !== undefined;
  return key === "issuerTemplate" ? preset.issuerTemplates !== undefined : Object.hasOwn(preset.auth, key);
}

function findSource({ sources }: ResolvedConfiguration, node: AuthNode, key: string): string {
  for (const level of listLevels(node)) {
    const path = joinPath(level.configPath, key);
    const own = level.says(key) ? findOwnSource(sources, path) : undefined;
    if (own) return level === node ? own : `${own}, from ${path}`;
    const preset = level.says("preset") ? level.effective("preset") : undefined;
    const from = level === node ? "" : `, from ${joinPath(level.configPath, "preset")}`;
    if (givesKey(findPreset(preset), key)) return `preset ${preset}${from}`;
  }
  return "default";
}

/** Tells the effective settings of a node: the usual ones, and those that somebody set. */
export function describeNode(configuration: ResolvedConfiguration, node: AuthNode): DescribedNode {
  const always = listAlways(node);
  const values = { ...always, ...listClient(node), ...listRequest(node), ...listCalls(node) };
  const described = Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const source = findSource(configuration, node, key);
    return source === "default" && !Object.hasOwn(always, key) ? [] : [[key, { value, source }] as const];
  });
  return Object.fromEntries(described);
}

/** Tells values that are not inherited. */
export function describePlain(configuration: ResolvedConfiguration, path: string, values: Values): DescribedNode {
  const described = Object.entries(values).map(
    ([key, value]) =>
      [key, { value, source: findOwnSource(configuration.sources, joinPath(path, key)) ?? "default" }] as const,
  );
  return Object.fromEntries(described.filter(([, { value }]) => value !== undefined));
}
