import type { BulkheadSettings } from "../../values/call-settings.ts";
import { TransportError } from "../transport-error.ts";
import { CancellableWait, type WaitBounds } from "./cancellable-wait.ts";
import type { StartTimer } from "./timers.ts";

/** Bounds how many calls there are at a time. */
export class Bulkhead {
  readonly #settings: BulkheadSettings;
  readonly #startTimer: StartTimer;
  readonly #queue = new Set<CancellableWait>();
  #entered = 0;

  constructor(settings: BulkheadSettings, startTimer: StartTimer) {
    this.#settings = settings;
    this.#startTimer = startTimer;
  }

  /**
   * Gives a place, in the order of arrival. Whoever got one has to {@link leave} once.
   *
   * @throws {TransportError} `overloaded` when too many wait, `timeout` when the time is over before there is a place
   * @throws the reason of a cancellation
   */
  async enter(bounds: WaitBounds): Promise<void> {
    const { maxConcurrent, maxQueued } = this.#settings;
    if (this.#entered < maxConcurrent) {
      this.#entered += 1;
      return;
    }
    if (this.#queue.size >= maxQueued) throw new TransportError("overloaded", { sent: false });
    const wait = new CancellableWait(bounds, {
      startTimer: this.#startTimer,
      expire: (expired) => expired.abort(new TransportError("timeout", { sent: false })),
      leave: (left) => this.#queue.delete(left),
    });
    this.#queue.add(wait);
    await wait.start();
  }

  /** Gives the place back: it goes to who waits longest. */
  leave(): void {
    for (const first of this.#queue) {
      first.end();
      return;
    }
    this.#entered -= 1;
  }

  /** How many have a place. */
  get entered(): number {
    return this.#entered;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.size;
  }
}
