import { AsyncResource } from "node:async_hooks";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { tokenTypes } from "../oauth/token-types.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { createPlaces } from "../values/places.ts";
import { createSingleFlight } from "../values/single-flight.ts";
import type { AskSurroundings } from "./ask-for-token.ts";
import { type Errand, type ErrandOptions, type Parties, toErrand, toFoundPartyKey } from "./errand.ts";
import { type FetchSurroundings, fetchEntry } from "./fetch-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { createRejections } from "./rejections.ts";
import { judgeLife } from "./renewal.ts";
import type { HeldToken, TokenEntry } from "./token-entry.ts";
import type { TokenTarget } from "./token-target.ts";

/** For whom a token is wanted, and how urgently. */
export interface AcquireOptions extends ErrandOptions {
  /** Whether a token is wanted that no cache holds. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Gives tokens: from memory at once, or from the authorization server in one flight for all. */
export interface TokenService {
  /** The token when memory holds a fresh one, at once. */
  find(target: TokenTarget, parties: Parties): HeldToken | undefined;
  /** The token, from memory or in a flight. */
  acquire(target: TokenTarget, options: AcquireOptions): Promise<HeldToken>;
  /** Notes that a backend refused a token; tells whether asking again can bring another one. */
  reject(token: ActorToken, backend: string): boolean;
}

/** What a token service works with. */
export interface TokenServiceDependencies extends AskSurroundings {
  readonly store: MemoryStore;
}

/** A refresh token may be spent as soon as it was sent: its answer is waited for, though nobody may want it any more. */
const spendsItsSubject = ({ grantType }: TokenTarget): boolean => grantType === "refreshToken";

/** A refresh token that was asked for is handed on: two who had the same one would spend it for each other. */
const isHandedOn = ({ request }: TokenTarget): boolean => request.requestedTokenType === tokenTypes.refreshToken;

const isLastResort = (entry: TokenEntry, error: unknown, at: number): boolean =>
  error instanceof TokenUnreachableError && judgeLife(entry, at) !== "mustRenew";

/** Requests on behalf of callers that are under way at a time: in all, and for one subject token. */
const placesLimits = { most: 100, mostOfOne: 10 };

async function fetchAlone(
  errand: Errand,
  surroundings: FetchSurroundings,
  { signal = new AbortController().signal }: AcquireOptions,
): Promise<HeldToken> {
  return (await fetchEntry(errand, surroundings, signal)).heldFrom("server");
}

/**
 * Creates the token service of an instance.
 *
 * A hundred tokens on behalf of others are asked for at a time, ten of them for one subject token. The next ones wait for two
 * seconds at most, the subjects by turns.
 */
export function createTokenService(dependencies: TokenServiceDependencies): TokenService {
  const { store, now, chains } = dependencies;
  const surroundings: FetchSurroundings = { ...dependencies, places: createPlaces(placesLimits) };
  const flights = createSingleFlight<TokenEntry>();
  const rejections = createRejections(store, now);
  const outsideRequests = new AsyncResource("behalf:tokens");

  const isFresh = (entry: TokenEntry): boolean => !entry.rejected && judgeLife(entry, now()) === "fresh";

  const renew = async (errand: Errand, signal: AbortSignal): Promise<TokenEntry> => {
    const before = store.get(errand.key);
    try {
      const entry = await fetchEntry(errand, surroundings, signal);
      if (!signal.aborted && judgeLife(entry, now()) !== "mustRenew")
        store.put({ targetKey: errand.target.key, partyKey: errand.partyKey }, entry);
      return entry;
    } catch (error) {
      if (before && !signal.aborted) before.rejected = false;
      throw error;
    }
  };

  return {
    find(target, parties) {
      const entry = store.find(target.key, toFoundPartyKey(target, parties, chains));
      return entry && isFresh(entry) ? entry.held : undefined;
    },

    async acquire(target, options) {
      const errand = toErrand(target, options, chains);
      if (isHandedOn(target)) return outsideRequests.runInAsyncScope(fetchAlone, null, errand, surroundings, options);
      const entry = store.find(target.key, errand.partyKey);
      if (entry && !options.force && isFresh(entry)) return entry.held;
      const start = (signal: AbortSignal): Promise<TokenEntry> =>
        outsideRequests.runInAsyncScope(() =>
          renew(errand, spendsItsSubject(target) ? new AbortController().signal : signal),
        );
      try {
        const { value, joined } = await flights.join(errand.key, start, options.signal);
        return value.heldFrom(joined ? "joined" : "server");
      } catch (error) {
        if (entry && !options.force && isLastResort(entry, error, now())) return entry.held;
        throw error;
      }
    },

    reject: (token, backend) => rejections.note(token, backend),
  };
}
