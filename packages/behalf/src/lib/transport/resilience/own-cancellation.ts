import type { Cancellable, Cancellation } from "../../values/cancellation.ts";

/** A cancellation of our own. */
export class OwnCancellation implements Cancellation {
  readonly #listening = new Set<Cancellable>();
  #cancelled: { readonly reason: unknown } | undefined;

  add(one: Cancellable): void {
    if (this.#cancelled) one.abort(this.#cancelled.reason);
    else this.#listening.add(one);
  }

  delete(one: Cancellable): void {
    this.#listening.delete(one);
  }

  /** Tells everybody to give up, once. */
  cancel(reason: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = { reason };
    const listening = [...this.#listening];
    this.#listening.clear();
    for (const one of listening) one.abort(reason);
  }
}
