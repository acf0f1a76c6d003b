import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { Now } from "../../values/clock.ts";
import type { SharedStore } from "../shared-store.ts";

/** What a store answered. */
export interface StoreAnswer<value> {
  readonly value: value;
}

/** How the shared store is, by what came of the last questions. */
export interface StoreHealth {
  readonly state: "ok" | "degraded" | "down";
  /** Since when it is in this state, or is used at all. */
  readonly since: Date;
  /** The name of the last error; `undefined` where there was none. */
  readonly lastError: string | undefined;
}

/** The shared store, asked only while it answers in time. Whatever becomes of it, no question fails a call. */
export interface GuardedStore {
  /** Asks; `undefined` when no answer came within a quarter of a second, or the store is left alone. */
  ask<value>(question: (store: SharedStore) => Promise<value>): Promise<StoreAnswer<value> | undefined>;
  /** Whether the store is asked at all at this moment. */
  readonly available: boolean;
  health(): StoreHealth;
}

/** What a guard works with. */
export interface GuardOptions {
  readonly diagnostics: Diagnostics;
  readonly now: Now;
  /** How long an answer is waited for, in milliseconds. @default 250 */
  readonly timeoutMs?: number;
}

const opensAfter = 3;
const openForMs = 30_000;

const timedOut = Symbol("timed out");

/** Gives what the work gives, or tells that it took too long. What comes later is nobody's. */
async function withinTime<value>(work: Promise<value>, timeoutMs: number): Promise<value | typeof timedOut> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, timedOut);
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

class Guard implements GuardedStore {
  readonly #store: SharedStore;
  readonly #options: Required<GuardOptions>;
  #failures = 0;
  #since: number;
  #lastError: string | undefined;
  #open: { probeAt: number; probing: boolean } | undefined;

  constructor(store: SharedStore, options: GuardOptions) {
    this.#store = store;
    this.#options = { timeoutMs: 250, ...options };
    this.#since = options.now();
  }

  get available(): boolean {
    const open = this.#open;
    return !open || (!open.probing && this.#options.now() >= open.probeAt);
  }

  async ask<value>(question: (store: SharedStore) => Promise<value>): Promise<StoreAnswer<value> | undefined> {
    if (!this.available) return undefined;
    if (this.#open) this.#open.probing = true;
    try {
      const value = await withinTime(question(this.#store), this.#options.timeoutMs);
      if (value === timedOut) return this.#fail("TimeoutError");
      this.#succeed();
      return { value };
    } catch (error) {
      return this.#fail(error instanceof Error ? error.name : "unknown");
    }
  }

  health(): StoreHealth {
    const failing = this.#failures > 0 ? "degraded" : "ok";
    return { state: this.#open ? "down" : failing, since: new Date(this.#since), lastError: this.#lastError };
  }

  #fail(error: string): undefined {
    const { now } = this.#options;
    this.#lastError = error;
    if (this.#failures === 0) this.#since = now();
    this.#failures += 1;
    if (this.#open) this.#open = { probeAt: now() + openForMs, probing: false };
    else if (this.#failures >= opensAfter) this.#change("unreachable", { error });
  }

  #succeed(): void {
    if (this.#open) this.#change("reachable", { afterMs: this.#options.now() - this.#since });
    else if (this.#failures > 0) this.#since = this.#options.now();
    this.#failures = 0;
  }

  #change(state: "unreachable" | "reachable", detail: Readonly<Record<string, string | number>>): void {
    const { diagnostics, now } = this.#options;
    this.#since = now();
    this.#open = state === "unreachable" ? { probeAt: now() + openForMs, probing: false } : undefined;
    diagnostics.publish("behalf:state", (instance) => ({ instance, what: "shared store", state, detail }), true);
  }
}

/**
 * Guards a shared store: an answer has a quarter of a second. After three failures in a row the store is left alone for thirty
 * seconds; then one question goes to it, and the first answer has it used again. Each change is one record.
 */
export function guardStore(store: SharedStore, options: GuardOptions): GuardedStore {
  return new Guard(store, options);
}
