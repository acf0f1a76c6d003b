import { AsyncResource } from "node:async_hooks";
import { LRUCache } from "lru-cache";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { createPlaces, type Places } from "../values/places.ts";
import type { AskSurroundings } from "./ask-for-token.ts";
import { type BackgroundRenewals, createBackgroundRenewals } from "./background-renewals.ts";
import { createClientFailures } from "./client-failures.ts";
import { type Errand, type ErrandOptions, type Parties, toErrand, toFoundPartyKey } from "./errand.ts";
import { createEvictions, type Evictions } from "./eviction/evictions.ts";
import type { FetchSurroundings } from "./fetch-entry.ts";
import { createKeyFailures, type KeyFailures } from "./key-failures.ts";
import type { MemoryStore } from "./memory-store.ts";
import { createRejections } from "./rejections.ts";
import { judgeLife } from "./renewal.ts";
import type { SharedLevel } from "./shared/shared-level.ts";
import { createSharedTokens } from "./shared/shared-tokens.ts";
import { createTokenShelf } from "./shared/token-shelf.ts";
import type { HeldToken, TokenEntry } from "./token-entry.ts";
import { createTokenFlights, type TokenFlights } from "./token-flights.ts";
import type { TokenTarget } from "./token-target.ts";

/** For whom a token is wanted, and how urgently. */
export interface AcquireOptions extends ErrandOptions {
  /** Whether a token is wanted that no cache holds. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a token service is about. */
export interface FlightStats {
  /** How many tokens are being fetched. */
  readonly flights: number;
  /** How many of them wait for their turn at a server. */
  readonly waiting: number;
}

/** Gives tokens: from memory at once, or from the authorization server in one flight for all. */
export interface TokenService {
  /** The token when memory holds a good one, at once. One that should be renewed is, by this, in the background. */
  find(target: TokenTarget, parties: Parties): HeldToken | undefined;
  /** The token, from memory or in a flight. */
  acquire(target: TokenTarget, options: AcquireOptions): Promise<HeldToken>;
  /** Notes that a backend refused a token; tells whether asking again can bring another one. */
  reject(token: ActorToken, backend: string): boolean;
  /** Notes that a service uses the tokens of a target, whoever has asked for them. */
  note(target: TokenTarget): void;
  stats(): FlightStats;
  /** Waits until the tokens are there, or are known not to come, that are being fetched. */
  settle(): Promise<void>;
}

/** What a token service works with. */
export interface TokenServiceDependencies extends Omit<AskSurroundings, "clients"> {
  readonly store: MemoryStore;
  /** What is shared with other processes. @default nothing */
  readonly shared?: SharedLevel | undefined;
  /** What is given up before its time. @default nothing */
  readonly evictions?: Evictions | undefined;
}

/** A refresh token that was asked for is handed on: two who had the same one would spend it for each other. */
const isHandedOn = ({ request }: TokenTarget): boolean => request.requestedTokenType === tokenTypes.refreshToken;

const isLastResort = (entry: TokenEntry, error: unknown, at: number): boolean =>
  error instanceof TokenUnreachableError && judgeLife(entry, at) !== "mustRenew";

/** A token that a backend refused stays in use when there is no other one to be had. */
function assertMayAsk(keys: KeyFailures, errand: Errand, entry: TokenEntry | undefined): void {
  const failure = keys.find(errand);
  if (!failure) return;
  if (entry) entry.rejected = false;
  throw failure;
}

/** Requests on behalf of callers that are under way at a time, to one server: in all, and for one subject token. */
const placesLimits = { most: 100, mostOfOne: 10 };
const mostServers = 1_000;

/** The places of all servers. */
interface ServerPlaces {
  of(issuer: string): Places;
  /** How many wait for one, at all servers together. */
  readonly waiting: number;
}

/** Gives each server places of its own: one that hangs holds up no request to another. */
function createServerPlaces(): ServerPlaces {
  const known = new LRUCache<string, Places>({ max: mostServers });
  return {
    of(issuer) {
      const places = known.get(issuer) ?? createPlaces(placesLimits);
      known.set(issuer, places);
      return places;
    },
    get waiting() {
      let sum = 0;
      for (const { waiting } of known.values()) sum += waiting;
      return sum;
    },
  };
}

/** What the service is made of, connected. */
interface TokenParts {
  readonly evictions: Evictions;
  readonly keys: KeyFailures;
  readonly flights: TokenFlights;
  readonly renewals: BackgroundRenewals;
  readonly places: ServerPlaces;
}

/** Flights and renewals belong to no request. */
function connectParts(dependencies: TokenServiceDependencies): TokenParts {
  const { store, now, chains, diagnostics, evictions = createEvictions({ now }) } = dependencies;
  const resource = new AsyncResource("behalf:tokens");
  const outside = <result>(work: () => result): result => resource.runInAsyncScope(work);
  const keys = createKeyFailures(now);
  const places = createServerPlaces();
  const surroundings: FetchSurroundings = {
    ...dependencies,
    clients: createClientFailures(now),
    keys,
    placesOf: places.of,
    numbers: evictions.numbers,
  };
  const landed = (errand: Errand): void => renewals.remember(errand);
  const level = dependencies.shared && { ...dependencies.shared, evictions, diagnostics, now };
  const shared = level && createSharedTokens(level);
  const shelf = level && createTokenShelf(level);
  const flights = createTokenFlights({ store, surroundings, evictions, shared, shelf, outside, landed });
  const renewals = createBackgroundRenewals({ keys, chains, now, outside, fly: (errand) => flights.fly(errand) });
  evictions.listen((concerns, owners) => {
    store.evict(concerns, owners);
    flights.evict(concerns);
  });
  return { evictions, keys, flights, renewals, places };
}

/**
 * Creates the token service of an instance.
 *
 * Of each server, a hundred tokens on behalf of others are asked for at a time, ten of them for one subject token. The next
 * ones wait for two seconds at most, the subjects by turns.
 */
export function createTokenService(dependencies: TokenServiceDependencies): TokenService {
  const { store, now, chains } = dependencies;
  const { evictions, keys, flights, renewals, places } = connectParts(dependencies);
  const rejections = createRejections(store, now);

  const use = (entry: TokenEntry, target: TokenTarget, parties: Parties): HeldToken | undefined => {
    if (entry.rejected) return undefined;
    const state = judgeLife(entry, now());
    if (state === "mustRenew") return undefined;
    if (state === "shouldRenew") renewals.start(entry, target, parties);
    return entry.held;
  };

  return {
    find(target, parties) {
      const entry = store.find(target.key, toFoundPartyKey(target, parties, chains));
      return entry && use(entry, target, parties);
    },

    async acquire(target, options) {
      if (options.subject && target.grantType === "refreshToken") await chains.meet(options.subject);
      const errand = toErrand(target, options, chains);
      const { noted } = evictions;
      evictions.services.note(target);
      const { force = false, signal } = options;
      const entry = force || isHandedOn(target) ? undefined : store.find(target.key, errand.partyKey);
      const held = entry && use(entry, target, options);
      if (held) return held;
      try {
        if (!force) assertMayAsk(keys, errand, entry);
        if (isHandedOn(target)) return (await flights.flyAlone(errand, signal)).heldFrom("server");
        const { value, joined } = await flights.fly(errand, { signal, force });
        return value.entry.heldFrom(joined ? "joined" : value.source);
      } catch (error) {
        const isKept = entry && !evictions.concernSince(noted, entry);
        if (isKept && isLastResort(entry, error, now())) return entry.held;
        throw error;
      }
    },

    note: (target) => evictions.services.note(target),
    reject: (token, backend) => rejections.note(token, backend),
    stats: () => ({ flights: flights.size, waiting: places.waiting }),
    async settle() {
      await flights.settle();
      await chains.settle();
    },
  };
}
