/** One that can be told to give up. */
export interface Cancellable {
  abort(reason: unknown): void;
}

/** Tells when to give up: a caller who hangs up, a signal. Listening takes no function of its own. */
export interface Cancellation {
  /** Tells the one when it is time; at once, where it was time before. */
  add(one: Cancellable): void;
  /** Tells it no more. */
  delete(one: Cancellable): void;
}
