import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { Now } from "../../values/clock.ts";
import type { SharedStore } from "../shared-store.ts";
import { Circuit, type Pass } from "./circuit.ts";
import { nameFailure } from "./name-failure.ts";
import { timedOut, withinTime } from "./within-time.ts";

/** What a store answered. */
export interface StoreAnswer<value> {
  readonly value: value;
}

/** How the shared store is, by what came of the last questions. */
export interface StoreHealth {
  /** `down` while it is left alone; `degraded` where the last question failed, or nothing can be written. */
  readonly state: "ok" | "degraded" | "down";
  /** Since when it is in this state, or is used at all. */
  readonly since: Date;
  /** The code of the last error, or its name; `undefined` where there was none. */
  readonly lastError: string | undefined;
}

/** What a question does: a store that is full is still read. */
export type QuestionKind = "read" | "write";

/** The shared store, asked only while it answers in time. Whatever becomes of it, no question fails a call. */
export interface GuardedStore {
  /**
   * Asks; `undefined` when no answer came within a quarter of a second, or the store is left alone.
   *
   * @param kind "write" for what a full store refuses. @default "read"
   */
  ask<value>(
    question: (store: SharedStore) => Promise<value>,
    kind?: QuestionKind,
  ): Promise<StoreAnswer<value> | undefined>;
  /** Listens to a topic, however long the store takes to agree; `undefined` while it is left alone. */
  listen(topic: string, listener: (message: string) => void): Promise<() => Promise<void>> | undefined;
  /** Whether the store is asked at all at this moment. */
  readonly available: boolean;
  /** Whether it is asked to keep anything. */
  readonly writable: boolean;
  health(): StoreHealth;
  /** Waits for what is under way, a second at most, and asks nothing more. */
  close(): Promise<void>;
}

/** What a guard works with. */
export interface GuardOptions {
  readonly diagnostics: Diagnostics;
  readonly now: Now;
  /** How long an answer is waited for, in milliseconds. @default 250 */
  readonly timeoutMs?: number;
}

/** A write, its announcement, and the lock that is let go of: as many questions follow each other. */
const lastRounds = 4;

const states: Readonly<Record<QuestionKind, readonly [open: string, closed: string]>> = {
  read: ["unreachable", "reachable"],
  write: ["unwritable", "writable"],
};

/** The leaves by which a question was asked. */
interface Asked {
  readonly read: Pass;
  readonly write: Pass | undefined;
}

class Guard implements GuardedStore {
  readonly #store: SharedStore;
  readonly #options: Required<GuardOptions>;
  readonly #circuits: Readonly<Record<QuestionKind, Circuit>>;
  readonly #underWay = new Set<Promise<unknown>>();
  #state: StoreHealth["state"] = "ok";
  #since: number;
  #lastError: string | undefined;
  /** Whether something was read since a write failed first. */
  #wasReadSince = false;
  #closed = false;

  constructor(store: SharedStore, options: GuardOptions) {
    const { now } = options;
    this.#store = store;
    this.#options = { timeoutMs: 250, ...options };
    this.#circuits = { read: new Circuit(now), write: new Circuit(now) };
    this.#since = now();
  }

  get available(): boolean {
    return !this.#closed && this.#circuits.read.available;
  }

  get writable(): boolean {
    return this.available && this.#circuits.write.available;
  }

  async ask<value>(
    question: (store: SharedStore) => Promise<value>,
    kind: QuestionKind = "read",
  ): Promise<StoreAnswer<value> | undefined> {
    if (!(kind === "write" ? this.writable : this.available)) return undefined;
    const asking = this.#ask(question, kind);
    this.#underWay.add(asking);
    const answer = await asking;
    this.#underWay.delete(asking);
    return answer;
  }

  listen(topic: string, listener: (message: string) => void): Promise<() => Promise<void>> | undefined {
    return this.available ? this.#store.subscribe(topic, listener) : undefined;
  }

  health(): StoreHealth {
    return { state: this.#state, since: new Date(this.#since), lastError: this.#lastError };
  }

  async close(): Promise<void> {
    for (let round = 0; round < lastRounds && this.#underWay.size > 0; round += 1) {
      await Promise.all(this.#underWay);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#closed = true;
  }

  async #ask<value>(
    question: (store: SharedStore) => Promise<value>,
    kind: QuestionKind,
  ): Promise<StoreAnswer<value> | undefined> {
    const asked: Asked = {
      read: this.#circuits.read.pass(),
      write: kind === "write" ? this.#circuits.write.pass() : undefined,
    };
    try {
      const value = await withinTime(question(this.#store), this.#options.timeoutMs);
      if (value === timedOut) return this.#fail("TimeoutError", asked);
      this.#succeed(asked);
      return { value };
    } catch (error) {
      return this.#fail(nameFailure(error), asked);
    }
  }

  #succeed({ read, write }: Asked): void {
    const circuits = this.#circuits;
    this.#wasReadSince ||= !write;
    this.#tellClosed("read", circuits.read.succeed(read));
    if (write) this.#tellClosed("write", circuits.write.succeed(write));
    this.#settleState();
  }

  /**
   * What a write meets with says nothing of reads, unless it was the one question that was let through; and that nothing can be
   * written is known only where something was read meanwhile: else the store is away.
   */
  #fail(error: string, { read, write }: Asked): undefined {
    const { read: reads, write: writes } = this.#circuits;
    this.#lastError = error;
    if ((!write || read.standing) && reads.fail(read)) this.#tell(states.read[0], { error });
    if (write && writes.failures === 0) this.#wasReadSince = false;
    if (write && writes.fail(write, this.#wasReadSince)) this.#tell(states.write[0], { error });
    this.#settleState();
  }

  #tellClosed(kind: QuestionKind, afterMs: number | undefined): void {
    if (afterMs !== undefined) this.#tell(states[kind][1], { afterMs });
  }

  #tell(state: string, detail: Readonly<Record<string, string | number>>): void {
    const what = "shared store";
    this.#options.diagnostics.publish("behalf:state", (instance) => ({ instance, what, state, detail }), true);
  }

  #settleState(): void {
    const { read, write } = this.#circuits;
    const failing = write.open || read.failures + write.failures > 0 ? "degraded" : "ok";
    const state = read.open ? "down" : failing;
    if (state !== this.#state) this.#since = this.#options.now();
    this.#state = state;
  }
}

/**
 * Guards a shared store: an answer has a quarter of a second. After three failures in a row the store is left alone for thirty
 * seconds; then one question goes to it, and the first answer has it used again. What cannot be written counts apart, so that a
 * full store is read on. Each change is one record.
 */
export function guardStore(store: SharedStore, options: GuardOptions): GuardedStore {
  return new Guard(store, options);
}
