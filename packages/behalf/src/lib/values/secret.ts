import { printAs } from "./print-as.ts";
import { redacted } from "./redacted.ts";

/** A text that prints as `[redacted]`; only `value()` gives it. */
export class Secret {
  static {
    printAs(Secret.prototype, () => redacted);
  }

  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** Gives the text itself. */
  value(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }
}
