import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import { digest } from "../values/digest.ts";
import { type Listed, SecondChanceList } from "../values/second-chance-list.ts";
import type { Validated } from "./authenticators/credential-validator.ts";
import type { KeyOrigin } from "./keys/verification-keys.ts";
import type { Confirmation } from "./proofs/confirmation.ts";

/**
 * A credential that was validated, and who shows it. There may be a hundred thousand: what a hit reads comes first, and an instant
 * is kept as small numbers, for reading what lies elsewhere in memory takes longer than all else.
 */
export class RememberedCaller implements Listed<RememberedCaller> {
  used = false;
  readonly #text: string;
  readonly #endsAtSeconds: number;
  readonly #endsAtMs: number;
  /** The key that the credential was signed with; `undefined` where another was asked. */
  readonly key: KeyOrigin | undefined;
  /** What the credential is bound to; `undefined` for none. */
  readonly confirmation: Confirmation | undefined;
  /** Up to which of the evictions it is known that none concerns it; -1 for not at all. */
  clearedOf = -1;
  /** Who the caller is to the application; `undefined` until somebody has told. */
  caller: Caller | undefined = undefined;
  /** Until when that holds, in epoch milliseconds; `undefined` for as long as the rest. */
  identityEndsAt: number | undefined = undefined;
  readonly credential: ActorToken;
  readonly validated: Validated;
  /** Where it is remembered. Only for the memory. */
  shelf: Map<string, RememberedCaller> | undefined = undefined;
  newer: RememberedCaller | undefined = undefined;
  older: RememberedCaller | undefined = undefined;

  constructor(credential: ActorToken, validated: Validated) {
    const { usableUntil, key, confirmation } = validated;
    this.#text = credential.value();
    const endsAt = Math.min(usableUntil, Number.MAX_SAFE_INTEGER);
    this.#endsAtSeconds = Math.floor(endsAt / 1_000);
    this.#endsAtMs = endsAt - this.#endsAtSeconds * 1_000;
    this.key = key;
    this.confirmation = confirmation;
    this.credential = credential;
    this.validated = validated;
  }

  /** Whether the credential is this text, all of it. */
  isOf(text: string): boolean {
    return this.#text === text;
  }

  /** Whether it may be used without looking again, while the key that signed it is published. */
  isUsableAt(instant: number): boolean {
    return instant < this.#endsAtSeconds * 1_000 + this.#endsAtMs && this.key?.live !== false;
  }

  /** The length of the credential. */
  get length(): number {
    return this.#text.length;
  }
}

/** Remembers what was validated, by authenticator and credential. */
export interface ValidatedMemory {
  /** Gives what is remembered, while it may be used and the key that signed it is published. */
  recall(authenticator: string, text: string): RememberedCaller | undefined;
  remember(authenticator: string, remembered: RememberedCaller): void;
  stats(): ValidatedStats;
}

/** How many validated tokens are remembered. */
export interface ValidatedStats {
  readonly entries: number;
  /** The sum of their lengths. */
  readonly bytes: number;
}

/** How much is remembered. */
export interface ValidatedBounds {
  readonly maxEntries: number;
  /** The sum of the tokens' lengths. */
  readonly maxBytes: number;
}

const shortText = 192;
/** 72 bits of a signature; a longer part of a text would be no text of its own, and slower to look up. */
const tailLength = 12;

/**
 * The name under which a credential is remembered: the end of its signature, which opens nothing, or, of a short one, its
 * digest. Two credentials may share a name: what is found is compared as a whole.
 */
const toName = (text: string): string => (text.length < shortText ? digest(text) : text.slice(-tailLength));

class ValidatedShelves implements ValidatedMemory {
  readonly #shelves = new Map<string, Map<string, RememberedCaller>>();
  readonly #line = new SecondChanceList<RememberedCaller>();
  readonly #bounds: ValidatedBounds;
  readonly #now: Now;
  #entries = 0;
  #bytes = 0;

  constructor(bounds: ValidatedBounds, now: Now) {
    this.#bounds = bounds;
    this.#now = now;
  }

  recall(authenticator: string, text: string): RememberedCaller | undefined {
    const found = this.#shelves.get(authenticator)?.get(toName(text));
    if (!found?.isOf(text)) return undefined;
    if (!found.isUsableAt(this.#now())) {
      this.#remove(found);
      return undefined;
    }
    found.used = true;
    return found;
  }

  remember(authenticator: string, remembered: RememberedCaller): void {
    const shelf = this.#shelves.get(authenticator) ?? new Map<string, RememberedCaller>();
    this.#shelves.set(authenticator, shelf);
    const name = toName(remembered.credential.value());
    const before = shelf.get(name);
    if (before) this.#remove(before);
    const { length } = remembered;
    if (length > this.#bounds.maxBytes) return;
    shelf.set(name, remembered);
    remembered.shelf = shelf;
    this.#line.add(remembered);
    this.#entries += 1;
    this.#bytes += length;
    this.#makeRoom();
  }

  stats(): ValidatedStats {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  #remove(one: RememberedCaller): void {
    if (!one.shelf) return;
    one.shelf.delete(toName(one.credential.value()));
    one.shelf = undefined;
    this.#line.remove(one);
    this.#entries -= 1;
    this.#bytes -= one.length;
  }

  #makeRoom(): void {
    const { maxEntries, maxBytes } = this.#bounds;
    const present = this.#now();
    const isOver = ({ validated }: RememberedCaller): boolean => present >= validated.usableUntil;
    while (this.#entries > maxEntries || this.#bytes > maxBytes) {
      const spare = this.#line.findSpare(isOver);
      if (!spare) return;
      this.#remove(spare);
    }
  }
}

/**
 * Creates a memory that is bounded in number and length. Once a bound is reached it forgets what came first and was not used since;
 * but before that what is over, where one of the first few is.
 */
export function createValidatedMemory(bounds: ValidatedBounds, now: Now): ValidatedMemory {
  return new ValidatedShelves(bounds, now);
}
