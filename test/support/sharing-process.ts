import { setTimeout as sleep } from "node:timers/promises";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import { type Errand, toErrand } from "../../packages/behalf/src/lib/tokens/errand.ts";
import { createEvictions } from "../../packages/behalf/src/lib/tokens/eviction/evictions.ts";
import { createRefreshChains } from "../../packages/behalf/src/lib/tokens/refresh-chains.ts";
import { type GuardedStore, guardStore } from "../../packages/behalf/src/lib/tokens/shared/guard-store.ts";
import { createStoreSeal, type StoreSeal } from "../../packages/behalf/src/lib/tokens/shared/seal-for-store.ts";
import {
  createSharedTokens,
  type ObtainedToken,
  type SharedWish,
} from "../../packages/behalf/src/lib/tokens/shared/shared-tokens.ts";
import { createWakes } from "../../packages/behalf/src/lib/tokens/shared/wakes.ts";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { TokenEntry } from "../../packages/behalf/src/lib/tokens/token-entry.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import type { KeyRingKey } from "../../packages/behalf/src/lib/values/key-ring.ts";
import { type Clock, createClock } from "./clock.ts";
import { createRecordingLogger } from "./recording-logger.ts";
import { createRingKey } from "./shared-process.ts";
import { proofs, someTarget } from "./token-service.ts";

const usualKey = createRingKey();
let tokensMade = 0;

/** What is asked for, on behalf of whom. */
export function someErrand(changes: Parameters<typeof someTarget>[0] = {}, subject?: ActorToken): Errand {
  return toErrand(someTarget(changes), { proofs, subject }, createRefreshChains(Date.now));
}

/** The life of a token, from now on. */
export interface LifeSettings {
  readonly text?: string;
  readonly livesMs?: number;
  readonly changes?: Partial<ConstructorParameters<typeof TokenEntry>[1]>;
}

/** A process that shares tokens, without an authorization server: tokens are made by the test. */
export interface SharingProcess {
  readonly clock: Clock;
  readonly guard: GuardedStore;
  readonly seal: StoreSeal;
  /** How often the server would have been asked. */
  fetches(): number;
  /** Obtains a token; unless told, one that is fetched lives for five minutes. */
  obtain(errand: Errand, wish?: Partial<SharedWish>): Promise<ObtainedToken>;
  /** Makes a token as if it had been fetched now. */
  make(errand: Errand, life?: LifeSettings): TokenEntry;
  /** Ends when nothing is under way any more. */
  settle(): Promise<void>;
}

/** What differs from one process to another. */
export interface SharingProcessOptions {
  readonly clock?: Clock;
  readonly keys?: readonly KeyRingKey[];
}

/** Counts what a store is asked and has not answered. */
function watch(guard: GuardedStore): { readonly guard: GuardedStore; readonly underWay: () => number } {
  let underWay = 0;
  const watched: GuardedStore = {
    async ask(...question) {
      underWay += 1;
      const answer = await guard.ask(...question);
      underWay -= 1;
      return answer;
    },
    listen: (...topic) => guard.listen(...topic),
    get writable() {
      return guard.writable;
    },
    get available() {
      return guard.available;
    },
    health: () => guard.health(),
    close: () => guard.close(),
  };
  return { guard: watched, underWay: () => underWay };
}

function connect(store: SharedStore, now: Clock["now"], keys: readonly KeyRingKey[]) {
  const diagnostics = createDiagnostics("orders", createRecordingLogger());
  const { guard, underWay } = watch(guardStore(store, { diagnostics, now }));
  const seal = createStoreSeal(keys);
  const evictions = createEvictions({ now });
  const tokens = createSharedTokens({ store: guard, seal, wakes: createWakes(guard), evictions, diagnostics, now });
  return { guard, underWay, seal, evictions, tokens };
}

/** Opens a process over a store. */
export function openSharingProcess(store: SharedStore, options: SharingProcessOptions = {}): SharingProcess {
  const { clock = createClock(), keys = [usualKey] } = options;
  const { now } = clock;
  const { guard, underWay, seal, evictions, tokens } = connect(store, now, keys);
  let fetches = 0;

  const make: SharingProcess["make"] = (errand, { text, livesMs = 300_000, changes } = {}) => {
    tokensMade += 1;
    return new TokenEntry(new ActorToken(text ?? `token-${tokensMade}`), {
      key: errand.key,
      target: errand.target,
      partyKey: errand.partyKey,
      party: evictions.numbers.of(errand),
      fetchedAt: now(),
      expiresAt: now() + livesMs,
      renewLeftMs: livesMs / 4,
      binding: errand.proofs.binding,
      ...changes,
    });
  };

  return {
    clock,
    guard,
    seal,
    make,
    fetches: () => fetches,
    async settle() {
      do await sleep(5);
      while (underWay() > 0);
    },
    obtain(errand, wish = {}) {
      const { fetch = async () => make(errand) } = wish;
      const counted = (): Promise<TokenEntry> => {
        fetches += 1;
        return fetch();
      };
      const signal = new AbortController().signal;
      return tokens.obtain(errand, {
        replaces: undefined,
        force: false,
        signal,
        mayKeep: () => true,
        ...wish,
        fetch: counted,
      });
    },
  };
}
