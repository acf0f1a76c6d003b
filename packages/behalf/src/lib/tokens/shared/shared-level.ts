import type { GuardedStore } from "./guard-store.ts";
import type { StoreSeal } from "./seal-for-store.ts";
import type { Wakes } from "./wakes.ts";

/** The level of tokens that processes share: the store, asked with care, and what is needed to understand it. */
export interface SharedLevel {
  readonly store: GuardedStore;
  readonly seal: StoreSeal;
  readonly wakes: Wakes;
}
