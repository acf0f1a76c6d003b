import type { Cancellable, Cancellation } from "../../values/cancellation.ts";
import type { StartTimer } from "./timers.ts";

/** How long is waited, and what ends it before. */
export interface WaitBounds {
  readonly timeoutMs: number;
  readonly cancellations: readonly Cancellation[];
}

/** What becomes of a wait. */
export interface WaitOptions {
  readonly startTimer: StartTimer;
  /** Comes when the time is over: it ends the wait, or gives it up. */
  readonly expire: (wait: CancellableWait) => void;
  /** Comes at once when it is over, for whatever reason. */
  readonly leave?: (wait: CancellableWait) => void;
}

interface Settlement {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A wait that is over once: it was ended, or given up for a reason. After that, nothing listens and no timer runs. */
export class CancellableWait implements Cancellable {
  readonly done: Promise<void>;
  readonly #bounds: WaitBounds;
  readonly #options: WaitOptions;
  #settlement: Settlement | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(bounds: WaitBounds, options: WaitOptions) {
    this.#bounds = bounds;
    this.#options = options;
    this.done = new Promise((resolve, reject) => {
      this.#settlement = { resolve, reject };
    });
  }

  /** Lets the time run and the cancellations be heard, of which one may have come already. */
  start(): Promise<void> {
    const { timeoutMs, cancellations } = this.#bounds;
    this.#stopTimer = this.#options.startTimer(() => this.#options.expire(this), timeoutMs);
    for (const cancellation of cancellations) cancellation.add(this);
    if (!this.#settlement) this.#release();
    return this.done;
  }

  end(): void {
    this.#settle()?.resolve();
  }

  abort(reason: unknown): void {
    this.#settle()?.reject(reason);
  }

  #settle(): Settlement | undefined {
    const settlement = this.#settlement;
    if (!settlement) return undefined;
    this.#settlement = undefined;
    this.#release();
    this.#options.leave?.(this);
    return settlement;
  }

  #release(): void {
    this.#stopTimer?.();
    for (const cancellation of this.#bounds.cancellations) cancellation.delete(this);
  }
}

/** Waits so long; a cancellation ends it with its reason. */
export function pause(bounds: WaitBounds, startTimer: StartTimer): Promise<void> {
  return new CancellableWait(bounds, { startTimer, expire: (wait) => wait.end() }).start();
}
