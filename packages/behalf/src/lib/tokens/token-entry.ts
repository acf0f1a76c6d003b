import type { TokenSource } from "../diagnostics/records.ts";
import { ActorToken } from "../values/actor-token.ts";
import { Recent } from "./recency-list.ts";
import type { TokenLife } from "./renewal.ts";
import type { TokenBinding } from "./token-binding.ts";

/** A token, and how it came to be in hand. */
export class HeldToken extends ActorToken {
  readonly source: TokenSource;
  readonly entry: TokenEntry;

  constructor(text: string, entry: TokenEntry, source: TokenSource) {
    super(text);
    this.entry = entry;
    this.source = source;
  }
}

/** What an entry is made of. */
export interface EntryFacts extends TokenLife {
  readonly key: string;
  /** The two steps of a look-up: the key of the target, then that of the parties. */
  readonly targetKey: string;
  readonly partyKey: string;
  /** On whose behalf it is, as a number; 0 for this API itself. */
  readonly owner: number;
  /** By which grant it was obtained. */
  readonly grant: string;
  readonly binding: TokenBinding;
  /** With how many milliseconds left a hit is to renew it; 0 where no renewal can bring a longer life. */
  readonly renewLeftMs: number;
}

/**
 * One token in memory. There may be hundreds of thousands: the links of the store are in here, and of three instants one is
 * kept, for a small number takes no memory of its own.
 */
export class TokenEntry extends Recent<TokenEntry> implements EntryFacts {
  readonly key: string;
  readonly targetKey: string;
  readonly partyKey: string;
  readonly owner: number;
  readonly expiresAt: number;
  readonly #livesMs: number;
  /** With how many milliseconds left a hit is to renew it: changes when a renewal begins, or fails. */
  renewLeftMs: number;
  readonly grant: string;
  /** What the token must be shown with. */
  readonly binding: TokenBinding;
  /** The token, for those who find it in memory: the same object for all of them. */
  readonly held: HeldToken;
  /** Whether a backend refused it, and no newer one is there yet. */
  rejected = false;
  /** The store's count of uses at the last one. */
  lastUse = 0;
  nextOfOwner: TokenEntry | undefined = undefined;

  constructor(token: ActorToken, facts: EntryFacts) {
    super();
    this.key = facts.key;
    this.targetKey = facts.targetKey;
    this.partyKey = facts.partyKey;
    this.owner = facts.owner;
    this.grant = facts.grant;
    this.expiresAt = facts.expiresAt;
    this.#livesMs = facts.expiresAt - facts.fetchedAt;
    this.renewLeftMs = facts.renewLeftMs;
    this.binding = facts.binding;
    this.held = new HeldToken(token.value(), this, "memory");
  }

  get fetchedAt(): number {
    return this.expiresAt - this.#livesMs;
  }

  /** The length of the token. */
  get length(): number {
    return this.held.value().length;
  }

  /** The token for one who came by it in another way. */
  heldFrom(source: TokenSource): HeldToken {
    return new HeldToken(this.held.value(), this, source);
  }
}
