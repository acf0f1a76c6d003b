import { AsyncResource } from "node:async_hooks";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { type Errand, type Parties, toErrand } from "./errand.ts";
import { type FetchSurroundings, fetchEntry } from "./fetch-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { createRejections } from "./rejections.ts";
import { judgeLife } from "./renewal.ts";
import { createSingleFlight } from "./single-flight.ts";
import type { HeldToken, TokenEntry } from "./token-entry.ts";
import type { TokenTarget } from "./token-target.ts";

/** For whom a token is wanted, and how urgently. */
export interface AcquireOptions extends Parties {
  /** Whether a token is wanted that no cache holds. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Gives tokens: from memory at once, or from the authorization server in one flight for all. */
export interface TokenService {
  /** The token when memory holds a fresh one, at once. */
  find(target: TokenTarget, subject: ActorToken | undefined): HeldToken | undefined;
  /** The token, from memory or in a flight. */
  acquire(target: TokenTarget, options: AcquireOptions): Promise<HeldToken>;
  /** Notes that a backend refused a token; tells whether asking again can bring another one. */
  reject(token: ActorToken, backend: string): boolean;
}

/** What a token service works with. */
export interface TokenServiceDependencies extends FetchSurroundings {
  readonly store: MemoryStore;
}

/** Creates the token service of one authorization server. */
export function createTokenService(dependencies: TokenServiceDependencies): TokenService {
  const { store, now } = dependencies;
  const flights = createSingleFlight<TokenEntry>();
  const rejections = createRejections(store, now);
  const outsideRequests = new AsyncResource("behalf:tokens");

  const isFresh = (entry: TokenEntry): boolean => !entry.rejected && judgeLife(entry, now()) === "fresh";

  const isLastResort = (entry: TokenEntry, error: unknown): boolean =>
    error instanceof TokenUnreachableError && judgeLife(entry, now()) !== "mustRenew";

  const renew = async (errand: Errand, signal: AbortSignal): Promise<TokenEntry> => {
    const before = store.get(errand.key);
    try {
      const entry = await fetchEntry(errand, dependencies, signal);
      if (!signal.aborted && judgeLife(entry, now()) !== "mustRenew")
        store.put({ targetKey: errand.target.key, partyKey: errand.partyKey }, entry);
      return entry;
    } catch (error) {
      if (before && !signal.aborted) before.rejected = false;
      throw error;
    }
  };

  return {
    find(target, subject) {
      const entry = store.find(target.key, subject?.digest() ?? "");
      return entry && isFresh(entry) ? entry.held : undefined;
    },

    async acquire(target, options) {
      const errand = toErrand(target, options);
      const entry = store.find(target.key, errand.partyKey);
      if (entry && !options.force && isFresh(entry)) return entry.held;
      const start = (signal: AbortSignal): Promise<TokenEntry> =>
        outsideRequests.runInAsyncScope(() => renew(errand, signal));
      try {
        const { value, joined } = await flights.join(errand.key, start, options.signal);
        return value.heldFrom(joined ? "joined" : "server");
      } catch (error) {
        if (entry && !options.force && isLastResort(entry, error)) return entry.held;
        throw error;
      }
    },

    reject: (token, backend) => rejections.note(token, backend),
  };
}
