import { printAs } from "./print-as.ts";

/**
 * An immutable, iterable, ordered set of strings: scopes, audiences, resources.
 *
 * Two values that hold the same items are equal in any order. On the wire it is joined by spaces.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-3.3}
 */
export class MultiStringValue implements Iterable<string> {
  static {
    printAs(MultiStringValue.prototype, function (this: MultiStringValue) {
      return `MultiStringValue(${this.toString()})`;
    });
  }

  /** The value that holds nothing. */
  static readonly empty: MultiStringValue = new MultiStringValue([]);
  readonly #items: readonly string[];

  private constructor(items: Iterable<string>) {
    this.#items = Object.freeze([...new Set(items)]);
  }

  /** Reads a text, split at white space, or a list of items; blank items are left out. */
  static from(value: string | Iterable<string> | undefined): MultiStringValue {
    if (value instanceof MultiStringValue) return value;
    const items = typeof value === "string" ? value.split(/\s+/) : [...(value ?? [])];
    const kept = items.filter((item) => item.trim() !== "");
    return kept.length === 0 ? MultiStringValue.empty : new MultiStringValue(kept);
  }

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** Whether the item is one of them. */
  has(item: string): boolean {
    return this.#items.includes(item);
  }

  /** Whether the other value holds the same items, in whatever order. */
  equals(other: MultiStringValue): boolean {
    return this.size === other.size && this.#items.every((item) => other.has(item));
  }

  /** The items in an order that does not depend on how they were given. */
  sorted(): readonly string[] {
    return [...this.#items].sort();
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#items[Symbol.iterator]();
  }

  toString(): string {
    return this.#items.join(" ");
  }

  toJSON(): readonly string[] {
    return this.#items;
  }
}
