import type { JWK } from "jose";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { AuthNode } from "./auth-node.ts";
import type { CheckedAuthenticator, CheckedInbound, CheckedServer } from "./checked-inbound.ts";
import { authenticatorKeys, authenticatorServerKeys } from "./known-inbound-keys.ts";
import { readOwnAuth } from "./own-auth.ts";
import type { ResolvedAuthenticator } from "./resolved-inbound.ts";

const asymmetricAlgorithms: readonly string[] = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

const sidecarLifeMs = 5 * 60_000;

/** The algorithms that are accepted where nobody names some. */
export const toAlgorithms = (given: readonly string[] | undefined): readonly string[] =>
  Object.freeze([...(given ?? asymmetricAlgorithms)]);

function pick<members extends object>(from: members, keys: readonly string[]): Partial<members> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(from).filter(([key]) => keys.includes(key));
  return Object.fromEntries(entries) as Partial<members>;
}

const pickServer = (checked: CheckedAuthenticator): CheckedServer => pick(checked, authenticatorServerKeys);

/** What one authenticator says, with its place. */
export interface AuthenticatorLevel {
  readonly name: string;
  readonly configPath: string;
  readonly own: CheckedAuthenticator;
  /** Its own, and what it has from `inbound`. */
  readonly effective: CheckedAuthenticator;
}

/** The issuer belongs to its server, and pinned keys to their issuer: beside another, neither is inherited. */
function inherit(above: CheckedAuthenticator, own: CheckedAuthenticator): CheckedAuthenticator {
  const { issuer, keys, ...rest } = above;
  if (own.authority !== undefined) return { ...rest, ...own };
  return own.issuer === undefined ? { ...above, ...own } : { ...rest, ...own };
}

/** Lists the authenticators of `inbound`: those with names, else itself. */
export function listLevels(inbound: CheckedInbound): readonly AuthenticatorLevel[] {
  const above: CheckedAuthenticator = pick<CheckedAuthenticator>(inbound, authenticatorKeys);
  if (!inbound.authenticators) return [{ name: "default", configPath: "inbound", own: above, effective: above }];
  return Object.entries(inbound.authenticators).map(([name, own]) => ({
    name,
    configPath: `inbound.authenticators.${name}`,
    own,
    effective: inherit(above, own),
  }));
}

const createNode = (configPath: string, server: CheckedServer, parent: AuthNode): AuthNode =>
  new AuthNode(configPath, readOwnAuth({ ...server, grantType: "clientCredentials" }), parent);

/** The node of what `inbound` itself says of its server; the root's where it says nothing. */
export function createInboundNode(inbound: CheckedInbound, root: AuthNode): AuthNode {
  const server = pickServer(inbound);
  const isDefault = inbound.authenticators === undefined;
  return isDefault || Object.keys(server).length > 0 ? createNode("inbound", server, root) : root;
}

const isJwk = (key: object): key is JWK => "kty" in key && typeof key.kty === "string";

const toHeaders = (given: CheckedAuthenticator["authorizationHeader"]): readonly string[] => {
  const text = [given ?? "authorization"].flat().join(" ").toLowerCase();
  return Object.freeze([...MultiStringValue.from(text)]);
};

const isSigned = (type: string): boolean => type === "jwt" || type === "sidecar";

/** Makes one authenticator ready for use; `above` is the node of `inbound`. */
export function resolveAuthenticator(
  { name, configPath, own, effective }: AuthenticatorLevel,
  above: AuthNode,
): ResolvedAuthenticator {
  const type = effective.type ?? "jwt";
  const isItself = configPath === above.configPath;
  return Object.freeze<ResolvedAuthenticator>({
    name,
    configPath,
    type,
    auth: isItself ? above : createNode(configPath, pickServer(own), above),
    audience: MultiStringValue.from(effective.audience),
    issuers: Object.freeze([...new Set([effective.issuer ?? []].flat())]),
    headers: toHeaders(effective.authorizationHeader),
    algorithms: toAlgorithms(effective.algorithms),
    clockToleranceMs: effective.clockToleranceMs ?? 5_000,
    requiredScopes: MultiStringValue.from(effective.requiredScopes),
    jwksCooldownMs: effective.jwksCooldownMs ?? 30_000,
    keys:
      isSigned(type) && effective.keys
        ? Object.freeze(effective.keys.keys.filter(isJwk).map((key) => Object.freeze({ ...key })))
        : undefined,
    profile: effective.profile ?? "any",
    maxLifeMs: effective.maxLifeMs ?? (type === "sidecar" ? sidecarLifeMs : undefined),
    tokenPrefix: effective.tokenPrefix ?? "",
    byRouteOnly: effective.byRouteOnly ?? false,
    keepMs: effective.keepMs ?? 60_000,
    introspectionAuthorization: effective.introspectionAuthorization ?? "client",
    authenticate: type === "custom" ? effective.authenticate : undefined,
  });
}
