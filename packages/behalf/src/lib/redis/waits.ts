import { notConnected } from "./own-errors.ts";

type Refuse = (error: unknown) => void;

/** Waits that last so long at most, and that can be ended together. */
export class Waits {
  readonly #withinMs: number;
  readonly #refusals = new Set<Refuse>();

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  waitFor(promise: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(late);
        this.#refusals.delete(refuse);
      };
      const refuse: Refuse = (error) => {
        leave();
        reject(error);
      };
      // What is waited for keeps the process alive, if anything does.
      const late = setTimeout(() => refuse(notConnected()), this.#withinMs).unref();
      this.#refusals.add(refuse);
      promise.then(() => {
        leave();
        resolve();
      }, refuse);
    });
  }

  end(error: Error): void {
    for (const refuse of [...this.#refusals]) refuse(error);
  }
}
