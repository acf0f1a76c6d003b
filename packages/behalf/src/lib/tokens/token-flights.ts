import { createSingleFlight, type Landing } from "../values/single-flight.ts";
import type { Errand } from "./errand.ts";
import { type FetchSurroundings, fetchEntry } from "./fetch-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { judgeLife } from "./renewal.ts";
import type { ObtainedToken, SharedTokens } from "./shared/shared-tokens.ts";
import type { TokenEntry } from "./token-entry.ts";

/** Fetches tokens: each in one flight for all who want it, outside of any request. */
export interface TokenFlights {
  /** Joins the flight of the errand's key, or starts one. What it brings is kept. */
  fly(errand: Errand, options?: FlyOptions): Promise<Landing<ObtainedToken>>;
  /** Fetches a token for this one errand. It is kept nowhere. */
  flyAlone(errand: Errand, signal?: AbortSignal): Promise<TokenEntry>;
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
  /** What processes share; `undefined` where each fetches its own. */
  readonly shared: SharedTokens | undefined;
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
export function createTokenFlights(options: FlightsOptions): TokenFlights {
  const { store, surroundings, shared, outside, landed } = options;
  const flights = createSingleFlight<ObtainedToken>();

  const fetchAndKeep = async (
    errand: Errand,
    { signal, force }: { readonly signal: AbortSignal; readonly force: boolean },
  ): Promise<ObtainedToken> => {
    const before = store.peek({ targetKey: errand.target.key, partyKey: errand.partyKey });
    const fetch = (): Promise<TokenEntry> => fetchEntry(errand, surroundings, signal);
    try {
      const obtained =
        shared && !spendsItsSubject(errand)
          ? await shared.obtain(errand, { replaces: before, force, signal, fetch })
          : ({ entry: await fetch(), source: "server" } as const);
      const { entry } = obtained;
      if (!signal.aborted && judgeLife(entry, surroundings.now()) !== "mustRenew") {
        store.put(entry);
        landed(errand);
      }
      return obtained;
    } catch (error) {
      if (before && !signal.aborted) before.rejected = false;
      throw error;
    }
  };

  return {
    fly(errand, { signal, force = false } = {}) {
      const start = (wanted: AbortSignal): Promise<ObtainedToken> => {
        const own = spendsItsSubject(errand) ? new AbortController().signal : followSignal(wanted);
        return fetchAndKeep(errand, { signal: own, force });
      };
      return flights.join(errand.key, (wanted) => outside(() => start(wanted)), signal);
    },
    flyAlone: (errand, signal = new AbortController().signal) =>
      outside(() => fetchEntry(errand, surroundings, signal)),
    get size() {
      return flights.size;
    },
  };
}
