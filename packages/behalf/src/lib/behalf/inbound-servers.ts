import type { AuthNode } from "../config/auth-node.ts";
import type { ResolvedAuthenticator, ResolvedInbound } from "../config/resolved-inbound.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { IssuerRealm } from "../inbound/authenticators/issuer-realm.ts";
import { createPinnedKeys } from "../inbound/keys/pinned-keys.ts";
import { createServerKeys } from "../inbound/keys/server-keys.ts";
import type { VerificationKeys } from "../inbound/keys/verification-keys.ts";
import type { MetadataSource } from "../oauth/metadata-source.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import type { Server, Servers } from "../oauth/servers.ts";
import type { TokenBindings } from "../tokens/token-bindings.ts";
import type { Now } from "../values/clock.ts";

/** The servers that issue callers' tokens, and their keys. */
export interface InboundServers {
  serverOf(node: AuthNode): MetadataSource;
  /** Gives the keys of a node's server: the same ones each time. */
  keysOf(node: AuthNode, cooldownMs?: number): VerificationKeys;
}

/** What the servers are reached with. */
export interface InboundServersOptions {
  readonly servers: Servers;
  readonly bindings: TokenBindings;
  /** Runs work that belongs to no request. */
  readonly outside: <result>(work: () => result) => result;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

const usualCooldownMs = 30_000;

/** Finds servers as they are reached now: certificates and proxies may have been replaced. */
export function createInboundServers({
  servers,
  bindings,
  outside,
  diagnostics,
  now,
}: InboundServersOptions): InboundServers {
  const known = new WeakMap<AuthNode, VerificationKeys>();

  /** A token endpoint that is configured says nothing of the keys: they are those of the authority. */
  const findServer = ({ authority = "", settings, clientAuthentication, configPath }: AuthNode): Server =>
    servers.get({
      authority,
      issuerTemplate: settings.issuerTemplate,
      identity: bindings.of(settings, clientAuthentication, configPath).serverIdentity,
    });

  const serverOf = (node: AuthNode): MetadataSource => ({
    authority: node.authority ?? "",
    get: (client) => outside(() => findServer(node).metadata.get(client)),
  });

  return {
    serverOf,
    keysOf(node, cooldownMs = usualCooldownMs) {
      const fetch: ServerFetch = (url, request) => outside(() => findServer(node).connection.fetch(url, request));
      const keys =
        known.get(node) ?? createServerKeys({ metadata: serverOf(node), fetch, cooldownMs, now, diagnostics });
      known.set(node, keys);
      return keys;
    },
  };
}

/** The realm of a node's server: by the issuers and keys that an authenticator is configured with, else as its metadata says. */
export function toConfiguredRealm(
  node: AuthNode,
  { issuers, keys, jwksCooldownMs }: Pick<ResolvedAuthenticator, "issuers" | "keys" | "jwksCooldownMs">,
  { serverOf, keysOf }: InboundServers,
): IssuerRealm {
  const source = serverOf(node);
  return {
    issuers,
    authority: source.authority,
    issuerTemplate: node.settings.issuerTemplate,
    tenant: node.settings.tenant,
    keys: keys ? createPinnedKeys(keys) : keysOf(node, jwksCooldownMs),
    readIssuer: async () => (await source.get("-")).issuer,
  };
}

/** The realm of the instance's own authority, by all the names that its tokens may have. */
export function toOwnRealm(root: AuthNode, inbound: ResolvedInbound | undefined, servers: InboundServers): IssuerRealm {
  const own = inbound?.authenticators.find(({ auth, type }) => type !== "custom" && auth.authority === root.authority);
  const usual = { issuers: [], keys: undefined, jwksCooldownMs: usualCooldownMs };
  return toConfiguredRealm(root, own ?? usual, servers);
}
