import type { Now } from "../../values/clock.ts";
import type { Errand } from "../errand.ts";
import type { TokenEntry } from "../token-entry.ts";
import type { Evictions } from "./evictions.ts";
import type { EvictionTest } from "./token-eviction.ts";

/** A flight that is under way. */
export interface RunningFlight {
  /** Whether what it brought may be kept: it may not where it was given up meanwhile. */
  mayKeep(entry: TokenEntry): boolean;
  end(): void;
}

/** The flights that are under way, as evictions see them. */
export interface RunningFlights {
  begin(errand: Errand): RunningFlight;
  /** The keys of those that a test fits. */
  find(concerns: EvictionTest): readonly string[];
}

/** Creates the list of flights. Whose they are is found out when it is asked for. */
export function createRunningFlights(evictions: Evictions, now: Now): RunningFlights {
  const running = new Set<{ readonly errand: Errand; readonly fetchedAt: number }>();

  return {
    begin(errand) {
      const { noted } = evictions;
      const flight = { errand, fetchedAt: now() };
      running.add(flight);
      return {
        mayKeep: (entry) => !evictions.concernSince(noted, entry),
        end: () => void running.delete(flight),
      };
    },
    find(concerns) {
      const isConcerned = ({ errand, fetchedAt }: { readonly errand: Errand; readonly fetchedAt: number }): boolean =>
        concerns({ target: errand.target, fetchedAt, ...evictions.numbers.of(errand) });
      return [...running].filter(isConcerned).map(({ errand }) => errand.key);
    },
  };
}
