import { createSingleFlight, type Landing } from "../values/single-flight.ts";
import type { Errand } from "./errand.ts";
import { type FetchSurroundings, fetchEntry } from "./fetch-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { judgeLife } from "./renewal.ts";
import type { TokenEntry } from "./token-entry.ts";

/** Fetches tokens: each in one flight for all who want it, outside of any request. */
export interface TokenFlights {
  /** Joins the flight of the errand's key, or starts one. What it brings is kept. */
  fly(errand: Errand, signal?: AbortSignal): Promise<Landing<TokenEntry>>;
  /** Fetches a token for this one errand. It is kept nowhere. */
  flyAlone(errand: Errand, signal?: AbortSignal): Promise<TokenEntry>;
  /** How many are under way that others may join. */
  readonly size: number;
}

/** What flights work with. */
export interface FlightsOptions {
  readonly store: MemoryStore;
  readonly surroundings: FetchSurroundings;
  /** Runs work that belongs to no request. */
  readonly outside: <result>(work: () => result) => result;
  /** Is told of each errand that brought a token. */
  readonly landed: (errand: Errand) => void;
}

/** A refresh token may be spent as soon as it was sent: its answer is waited for, though nobody may want it any more. */
const spendsItsSubject = ({ target: { grantType } }: Errand): boolean => grantType === "refreshToken";

/** Aborts with the signal, but not by its reason: the time of somebody who waited is not the server's. */
function followSignal(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException("Nobody waits for the token any more.", "AbortError"));
  signal.addEventListener("abort", abort, { once: true });
  return controller.signal;
}

/** Creates the flights of a token service. */
export function createTokenFlights({ store, surroundings, outside, landed }: FlightsOptions): TokenFlights {
  const flights = createSingleFlight<TokenEntry>();

  const fetchAndKeep = async (errand: Errand, signal: AbortSignal): Promise<TokenEntry> => {
    const before = store.peek({ targetKey: errand.target.key, partyKey: errand.partyKey });
    try {
      const entry = await fetchEntry(errand, surroundings, signal);
      if (!signal.aborted && judgeLife(entry, surroundings.now()) !== "mustRenew") {
        store.put(entry);
        landed(errand);
      }
      return entry;
    } catch (error) {
      if (before && !signal.aborted) before.rejected = false;
      throw error;
    }
  };

  return {
    fly(errand, signal) {
      const start = (wanted: AbortSignal): Promise<TokenEntry> =>
        fetchAndKeep(errand, spendsItsSubject(errand) ? new AbortController().signal : followSignal(wanted));
      return flights.join(errand.key, (wanted) => outside(() => start(wanted)), signal);
    },
    flyAlone: (errand, signal = new AbortController().signal) =>
      outside(() => fetchEntry(errand, surroundings, signal)),
    get size() {
      return flights.size;
    },
  };
}
