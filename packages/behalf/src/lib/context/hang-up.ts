import type { Cancellable, Cancellation } from "../values/cancellation.ts";
import type { IncomingRequest } from "./incoming-request.ts";

const hangUpReason = (): DOMException => new DOMException("The caller hung up", "AbortError");

/** Cancels when the caller of a request hangs up. The request is asked to tell once somebody wants to know. */
export class HangUp implements Cancellation {
  /** Most requests make one call at a time: a set for the others comes about when it is needed. */
  #one: Cancellable | undefined;
  #others: Set<Cancellable> | undefined;
  #over = false;

  constructor(incoming: IncomingRequest) {
    incoming.onHangUp(() => {
      this.#over = true;
      this.#one?.abort(hangUpReason());
      for (const one of this.#others ?? []) one.abort(hangUpReason());
      this.#one = undefined;
      this.#others = undefined;
    });
  }

  add(one: Cancellable): void {
    if (this.#over) one.abort(hangUpReason());
    else if (this.#one === undefined) this.#one = one;
    else this.#addOther(one);
  }

  delete(one: Cancellable): void {
    if (this.#one === one) this.#one = undefined;
    else this.#others?.delete(one);
  }

  #addOther(one: Cancellable): void {
    this.#others ??= new Set();
    this.#others.add(one);
  }
}
