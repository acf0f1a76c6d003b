import { LRUCache } from "lru-cache";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { Now } from "../values/clock.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";
import { guardServer } from "./guard-server.ts";
import { createMetadataSource, type MetadataSource } from "./metadata-source.ts";
import type { ServerConnection, ServerFetch } from "./server-connection.ts";
import { mergeHealth, type ServerHealth, toHealth } from "./server-health.ts";
import { createServerWatch } from "./server-watch.ts";

/** Which authorization server is asked, where, and by whom. */
export interface ServerPlace {
  /** The issuer, as configured. */
  readonly authority: string;
  /** Where tokens are asked for, if that is not to be learned from the metadata. */
  readonly tokenEndpoint?: string | undefined;
  /** What the metadata may name as issuer besides the authority, letter for letter. */
  readonly issuerTemplate?: string | undefined;
  /** Who this API is on connections to the server. */
  readonly identity?: ConnectionIdentity | undefined;
}

/** One authorization server, and what it says of itself. */
export interface Server {
  readonly connection: ServerConnection;
  readonly metadata: MetadataSource;
}

/** The authorization servers that an instance knows. */
export interface Servers {
  /** Gives the same server for the same place; the identity that was given last is the one in use. */
  get(place: ServerPlace): Server;
  /** How the servers are that were asked, by what came of it: nothing is asked for this. */
  health(): readonly ServerHealth[];
}

/** What servers are reached with. */
export interface ServersOptions {
  readonly fetch: ServerFetch;
  readonly insecureRequestsAllowed: boolean;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

interface KnownServer extends Server {
  health(): ServerHealth;
  renew(identity: ConnectionIdentity | undefined): void;
}

const mostServers = 1_000;

/** The metadata of a server whose token endpoint is configured: nothing is asked. */
function toFixedMetadata(connection: ServerConnection, { authority }: ServerPlace, endpoint: string): MetadataSource {
  const metadata = {
    issuer: authority,
    tokenEndpoint: new URL(endpoint),
    mtlsTokenEndpoint: undefined,
    introspectionEndpoint: undefined,
    mtlsIntrospectionEndpoint: undefined,
    userinfoEndpoint: undefined,
    jwksUri: undefined,
  };
  return { authority: connection.authority.href, get: async () => metadata };
}

function createServer(place: ServerPlace, options: ServersOptions): KnownServer {
  const authority = new URL(place.authority);
  const { diagnostics, now, insecureRequestsAllowed } = options;
  const watch = createServerWatch({ issuer: authority.href, diagnostics, now });
  const guarded = guardServer(options.fetch, { now, watch: watch.note });
  let { identity } = place;
  const connection: ServerConnection = {
    authority,
    issuerTemplate: place.issuerTemplate,
    insecureRequestsAllowed,
    fetch: (url, request) => guarded.fetch(url, { ...request, identity: request.identity ?? identity }),
    get identity() {
      return identity;
    },
  };
  const metadata =
    place.tokenEndpoint === undefined
      ? createMetadataSource(connection, { now })
      : toFixedMetadata(connection, place, place.tokenEndpoint);
  return {
    connection,
    metadata,
    health: () => toHealth(authority.href, watch, guarded.closedSince()),
    renew(newest) {
      identity = newest;
    },
  };
}

const toKey = ({ authority, tokenEndpoint, issuerTemplate, identity }: ServerPlace): string =>
  JSON.stringify([authority, tokenEndpoint, issuerTemplate, identity?.slot]);

/**
 * Creates the authorization servers of an instance: one for each place, each with its own metadata, watch and
 * breakers. The
 * thousand that were used last are kept.
 *
 * Where a token endpoint is configured, no metadata is asked for, and the issuer is the authority: such a place has no
 * signing keys. They are those of the place without it.
 */
export function createServers(options: ServersOptions): Servers {
  const known = new LRUCache<string, KnownServer>({ max: mostServers });

  return {
    get(place) {
      const key = toKey(place);
      const server = known.get(key) ?? createServer(place, options);
      known.set(key, server);
      server.renew(place.identity);
      return server;
    },
    health: () => mergeHealth([...known.values()].map((server) => server.health())),
  };
}
