import { createSingleFlight, type Landing } from "../values/single-flight.ts";
import type { Errand } from "./errand.ts";
import type { Evictions } from "./eviction/evictions.ts";
import { createRunningFlights } from "./eviction/running-flights.ts";
import type { EvictionTest } from "./eviction/token-eviction.ts";
import { type EntrySharing, type FetchSurroundings, fetchEntry } from "./fetch-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { judgeLife } from "./renewal.ts";
import type { ObtainedToken, SharedTokens, SharedWish } from "./shared/shared-tokens.ts";
import type { TokenShelf } from "./shared/token-shelf.ts";
import type { TokenEntry } from "./token-entry.ts";

/** Fetches tokens: each in one flight for all who want it, outside of any request. */
export interface TokenFlights {
  /** Joins the flight of the errand's key, or starts one. What it brings is kept. */
  fly(errand: Errand, options?: FlyOptions): Promise<Landing<ObtainedToken>>;
  /** Fetches a token for this one errand. It is kept nowhere. */
  flyAlone(errand: Errand, signal?: AbortSignal): Promise<TokenEntry>;
  /** Has nobody join those that a test fits, for what they bring is not kept. */
  evict(concerns: EvictionTest): void;
  /** Waits until those have landed that are under way. */
  settle(): Promise<void>;
  /** How many are under way that others may join. */
  readonly size: number;
}

/** How a token is wanted. */
export interface FlyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether what another process has fetched will not do. @default false */
  readonly force?: boolean | undefined;
}

/** What flights work with. */
export interface FlightsOptions {
  readonly store: MemoryStore;
  readonly surroundings: FetchSurroundings;
  readonly evictions: Evictions;
  /** What processes share; `undefined` where each fetches its own. */
  readonly shared: SharedTokens | undefined;
  /** Where those lie that refresh tokens bring, for other processes. */
  readonly shelf: TokenShelf | undefined;
  /** Runs work that belongs to no request. */
  readonly outside: <result>(work: () => result) => result;
  /** Is told of each errand that brought a token. */
  readonly landed: (errand: Errand) => void;
}

/** A refresh token may be spent as soon as it was sent: its answer is waited for, though nobody may want it any more. */
const spendsItsSubject = ({ target: { grantType } }: Errand): boolean => grantType === "refreshToken";

/** What one process is given for a refresh token serves the others. */
const toSharing = (
  errand: Errand,
  { shelf, evictions }: Pick<FlightsOptions, "evictions"> & { readonly shelf: TokenShelf },
  { replaces, force, mayKeep }: Pick<SharedWish, "replaces" | "force" | "mayKeep">,
): EntrySharing => ({
  async find() {
    if (force) return undefined;
    await evictions.starting();
    return (await shelf.find(errand, replaces))?.value;
  },
  share: async (entry) => mayKeep(entry) && shelf.put(errand, entry),
});

const toEntryOf = async (obtained: Promise<ObtainedToken>): Promise<TokenEntry> => (await obtained).entry;

/** Aborts with the signal, but not by its reason: the time of somebody who waited is not the server's. */
function followSignal(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException("Nobody waits for the token any more.", "AbortError"));
  signal.addEventListener("abort", abort, { once: true });
  return controller.signal;
}

const toOwnSignal = (errand: Errand, wanted: AbortSignal): AbortSignal =>
  spendsItsSubject(errand) ? new AbortController().signal : followSignal(wanted);

/** Gets the token that another process has, or one from the server. */
function obtain(errand: Errand, options: FlightsOptions, wish: Omit<SharedWish, "fetch">): Promise<ObtainedToken> {
  const { shared, shelf, evictions, surroundings } = options;
  const spends = spendsItsSubject(errand);
  const sharing = spends && shelf ? toSharing(errand, { shelf, evictions }, wish) : undefined;
  const ask = (): Promise<ObtainedToken> => fetchEntry(errand, surroundings, { signal: wish.signal, sharing });
  return shared && !spends ? shared.obtain(errand, { ...wish, fetch: () => toEntryOf(ask()) }) : ask();
}

/** Creates the flights of a token service. */
export function createTokenFlights(options: FlightsOptions): TokenFlights {
  const { store, surroundings, evictions, outside, landed } = options;
  const flights = createSingleFlight<ObtainedToken>();
  const running = createRunningFlights(evictions, surroundings.now);

  const fetchAndKeep = async (
    errand: Errand,
    { signal, force }: { readonly signal: AbortSignal; readonly force: boolean },
  ): Promise<ObtainedToken> => {
    const before = store.peek({ targetKey: errand.target.key, partyKey: errand.partyKey });
    const { mayKeep, end } = running.begin(errand);
    try {
      const obtained = await obtain(errand, options, { replaces: before, force, signal, mayKeep });
      const { entry } = obtained;
      if (!signal.aborted && mayKeep(entry) && judgeLife(entry, surroundings.now()) !== "mustRenew") {
        store.put(entry);
        landed(errand);
      }
      return obtained;
    } catch (error) {
      if (before && !signal.aborted) before.rejected = false;
      throw error;
    } finally {
      end();
    }
  };

  const fly: TokenFlights["fly"] = async (errand, { signal, force = false } = {}) => {
    const start = (wanted: AbortSignal): Promise<ObtainedToken> =>
      outside(() => fetchAndKeep(errand, { signal: toOwnSignal(errand, wanted), force }));
    const landing = await flights.join(errand.key, start, signal);
    // It was under way for somebody who is content with less.
    const isKnownElsewhere = landing.joined && landing.value.source === "store";
    return force && isKnownElsewhere ? fly(errand, { signal, force }) : landing;
  };

  return {
    fly,
    flyAlone: (errand, signal = new AbortController().signal) =>
      outside(() => toEntryOf(fetchEntry(errand, surroundings, { signal }))),
    evict(concerns) {
      for (const key of running.find(concerns)) flights.forget(key);
    },
    settle: () => flights.settle(),
    get size() {
      return flights.size;
    },
  };
}
