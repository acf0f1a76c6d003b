import type { ConfigurationProblem } from "../errors/configuration-error.ts";
import { isProtected, protectionFix } from "../values/is-protected.ts";
import { attemptRead } from "./attempt-read.ts";
import { type AuthNode, givenNowhere, missingCredential } from "./auth-node.ts";
import { checkConnection } from "./check-connection.ts";
import { findMissingCredential } from "./credential-needs.ts";
import { toEffectiveGrant } from "./effective-grant.ts";
import { describeMethod, listMissingClient } from "./missing-client.ts";
import type { KeyRack } from "./sources/key-rack.ts";
import { fillTenant } from "./tenant-name.ts";
import { joinPath } from "./tree.ts";

/** What the checks of a node go by. */
export interface CheckSurroundings {
  readonly insecureRequestsAllowed: boolean;
  readonly trustedHosts: readonly string[];
  /** Whether somebody answers for client ids and secrets ahead of the configuration. */
  readonly credentialsDelegated: boolean;
}

type Problems = readonly ConfigurationProblem[];

const toUrl = (text: string | undefined): URL | undefined => {
  const filled = fillTenant(text ?? "", "tenant");
  return URL.canParse(filled) ? new URL(filled) : undefined;
};

function findUnprotected(path: string, url: URL | undefined, surroundings: CheckSurroundings): Problems {
  if (!url || isProtected(url, surroundings.insecureRequestsAllowed)) return [];
  return [{ path, given: "an unprotected URL", fix: protectionFix }];
}

/** The level that says what holds at the node. */
export function findLevel(node: AuthNode, key: string): AuthNode | undefined {
  if (node.says(key)) return node;
  return node.parent && findLevel(node.parent, key);
}

/** A token endpoint elsewhere, whichever level says it, gets the credentials that the authority is meant to have. */
export function checkTokenEndpoint(
  node: AuthNode,
  { trustedHosts }: CheckSurroundings,
  configPath: string = node.configPath,
): Problems {
  const endpoint = toUrl(node.settings.tokenEndpoint);
  const authority = toUrl(node.authority);
  if (!endpoint || !authority || endpoint.host === authority.host || trustedHosts.includes(endpoint.host)) return [];
  const level = findLevel(node, "tokenEndpoint") ?? node;
  return [
    {
      path: joinPath(level === node ? configPath : level.configPath, "tokenEndpoint"),
      given: `the host ${endpoint.host}, which is not the authority's`,
      fix: `Give a URL at ${authority.host}, or add "${endpoint.host}" to "trustedHosts".`,
    },
  ];
}

/** What is wrong with the servers that this very level names. */
export function checkServers(node: AuthNode, surroundings: CheckSurroundings): Problems {
  const authority = node.says("authority") ? toUrl(node.authority) : undefined;
  const endpoint = node.says("tokenEndpoint") ? toUrl(node.settings.tokenEndpoint) : undefined;
  return [
    ...findUnprotected(joinPath(node.configPath, "authority"), authority, surroundings),
    ...findUnprotected(joinPath(node.configPath, "tokenEndpoint"), endpoint, surroundings),
    ...(endpoint ? checkTokenEndpoint(node, surroundings) : []),
  ];
}

const keySettings = ["privateKey", "keyId", "certificate", "signingAlgorithm"] as const;

/** Reads every key of a list. A file beside one that can be read may come later: it is the successor's place. */
function checkEachKey(node: AuthNode, rack: KeyRack): Problems {
  const parts = rack.partsOf({
    path: joinPath(node.configPath, "privateKey"),
    keyId: node.effective("keyId"),
    algorithm: node.effective("signingAlgorithm"),
    certificate: node.effective("certificate"),
  });
  const usable = parts.some(({ path, source }) => attemptRead(path, () => source.read()).length === 0);
  return parts.flatMap(({ path, isFile, source }) =>
    attemptRead(path, () => source.read() ?? (usable && isFile ? "later" : undefined)),
  );
}

function checkPrivateKey(node: AuthNode): Problems {
  const rack = node.effective("privateKey");
  const certificate = node.says("certificate") ? node.effective("certificate") : undefined;
  const at = (key: string): string => joinPath(node.configPath, key);
  if (!rack || !keySettings.some((key) => node.says(key))) return [];
  const several = rack.size > 1 && node.effective("keyId") !== undefined;
  const named = { path: at("keyId"), given: "one id for several keys", fix: "Give JWKs, each with its own kid." };
  return [
    ...(certificate ? attemptRead(at("certificate"), () => certificate.peek()) : []),
    ...checkEachKey(node, rack),
    ...(several ? [named] : []),
  ];
}

function checkDpop(node: AuthNode): Problems {
  const path = joinPath(node.configPath, "dpop.privateKey");
  const { dpop } = node.settings;
  if (!dpop?.key) return [];
  const { key } = dpop;
  const unread = attemptRead(path, () => key.read());
  if (unread.length > 0) return unread.map((problem) => ({ ...problem, path }));
  if (key.read()?.publicJwk) return [];
  return [{ path, given: "a key that does not know its public half", fix: 'Give its "publicJwk" as well.' }];
}

const withoutClient: ReadonlySet<string> = new Set(["none", "forward"]);

/** Why a credential is needed, by the name and the value of a setting. */
function nameReason(node: AuthNode, key: string): string {
  if (key === "clientId" || key === "refreshToken") return `The grant type "${node.grantType}"`;
  if (findMissingCredential(node) !== key) return '"certificateBoundTokens"';
  return describeMethod(node);
}

function findMissing(node: AuthNode, surroundings: CheckSurroundings): Problems {
  const { settings, grantType } = node;
  const missing = new Set(listMissingClient(node, surroundings));
  if (grantType === "refreshToken" && !settings.refreshToken) missing.add("refreshToken");
  if (settings.certificateBoundTokens && !settings.clientCertificate) missing.add("clientCertificate");
  return [...missing].map((key) => missingCredential(node.configPath, key, nameReason(node, key)));
}

function asserts({ grantType, settings }: AuthNode): boolean {
  if (grantType === "identityAssertion") return true;
  return grantType === "automatic" && settings.delegatedGrant === "identityAssertion";
}

function checkIdentityProvider(node: AuthNode, surroundings: CheckSurroundings): Problems {
  const provider = node.identityProvider;
  if (!provider || !asserts(node)) return [];
  const missing = listMissingClient(provider, surroundings).map((key) =>
    missingCredential(provider.configPath, key, nameReason(provider, key)),
  );
  if (provider.authority !== node.authority) return missing;
  const same = {
    path: joinPath(node.configPath, "authority"),
    given: "the server that knows the caller, which is not the one that gives the token",
    fix: 'Give the issuer of the second server in "authority"; the first one is "identityProvider", or the root.',
  };
  return [same, ...missing];
}

/** The kinds of token that open nothing at a backend: they are handed on to an authorization server. */
const withoutAccess = /^urn:ietf:params:oauth:token-type:(refresh_token|id-jag)$/;

function checkRequestedType(node: AuthNode): Problems {
  if (toEffectiveGrant(node) !== "tokenExchange" || !withoutAccess.test(node.requestedTokenType ?? "")) return [];
  const level = findLevel(node, "requestedTokenType") ?? node;
  return [
    {
      path: joinPath(level.configPath, "requestedTokenType"),
      given: "a kind of token that opens nothing at a backend",
      fix: 'Take it out, or ask for an access token: "urn:ietf:params:oauth:token-type:access_token".',
    },
  ];
}

/** A token on behalf of a caller cannot be had before there is one. Where a level above says it, it is said of others. */
function checkPrewarm(node: AuthNode): Problems {
  if (!node.says("prewarm") || !node.effective("prewarm") || node.grantType === "clientCredentials") return [];
  const path = joinPath(node.configPath, "prewarm");
  const fix = 'Take it out: only a token of "clientCredentials" can be asked for before a call needs it.';
  return [{ path, given: `a token of "${node.grantType}"`, fix }];
}

/** What is wrong with what this very level says, whatever it is used for. */
export function checkOwn(node: AuthNode, surroundings: CheckSurroundings): Problems {
  const provider = node.says("identityProvider") ? node.identityProvider : undefined;
  return [
    ...checkServers(node, surroundings),
    ...checkPrivateKey(node),
    ...checkConnection(node),
    ...(node.says("dpop") ? checkDpop(node) : []),
    ...(provider ? checkOwn(provider, surroundings) : []),
  ];
}

/** What a service or an endpoint needs for its grant, and does not have. */
export function checkUse(node: AuthNode, origin: string, surroundings: CheckSurroundings): Problems {
  const { grantType, settings } = node;
  const prewarm = checkPrewarm(node);
  if (prewarm.length > 0) return prewarm;
  if (grantType === "forward" && !settings.forwardTo.includes(origin)) {
    const path = joinPath(node.configPath, "forwardTo");
    const given = settings.forwardTo.length === 0 ? givenNowhere : "a list without this service";
    return [{ path, given, fix: `Add "${origin}", if it may see the caller's own token.` }];
  }
  if (withoutClient.has(grantType)) return [];
  return [
    ...findMissing(node, surroundings),
    ...checkIdentityProvider(node, surroundings),
    ...checkRequestedType(node),
  ];
}
