import type { TokenSource } from "../diagnostics/records.ts";
import { ActorToken } from "../values/actor-token.ts";
import { type PartyNumbers, toOwner } from "./number-parties.ts";
import { Recent } from "./recency-list.ts";
import type { TokenLife } from "./renewal.ts";
import type { TokenBinding } from "./token-binding.ts";
import type { TokenTarget } from "./token-target.ts";

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
  /** How it was asked for. The key of the target is the first step of a look-up, that of the parties the second. */
  readonly target: TokenTarget;
  readonly partyKey: string;
  readonly party: PartyNumbers;
  readonly binding: TokenBinding;
  /** With how many milliseconds left a hit is to renew it; 0 where no renewal can bring a longer life. */
  readonly renewLeftMs: number;
}

/**
 * One token in memory. There may be hundreds of thousands: the links of the store are in here, and of three instants one is
 * kept, for a small number takes no memory of its own.
 */
export class TokenEntry extends Recent<TokenEntry> implements Omit<EntryFacts, "party">, PartyNumbers {
  readonly key: string;
  /** The store gives entries of one target the same object. */
  target: TokenTarget;
  readonly partyKey: string;
  readonly issuer: number;
  readonly subject: number;
  readonly session: number;
  readonly expiresAt: number;
  readonly #livesMs: number;
  /** With how many milliseconds left a hit is to renew it: changes when a renewal begins, or fails. */
  renewLeftMs: number;
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
    this.target = facts.target;
    this.partyKey = facts.partyKey;
    this.issuer = facts.party.issuer;
    this.subject = facts.party.subject;
    this.session = facts.party.session;
    this.expiresAt = facts.expiresAt;
    this.#livesMs = facts.expiresAt - facts.fetchedAt;
    this.renewLeftMs = facts.renewLeftMs;
    this.binding = facts.binding;
    this.held = new HeldToken(token.value(), this, "memory");
  }

  get targetKey(): string {
    return this.target.key;
  }

  /** By which grant it was obtained. */
  get grant(): string {
    return this.target.grantType;
  }

  /** On whose behalf it is, as a number; 0 for this API itself. */
  get owner(): number {
    return toOwner(this);
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
