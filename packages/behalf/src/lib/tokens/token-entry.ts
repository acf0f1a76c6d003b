import type { TokenSource } from "../diagnostics/records.ts";
import { ActorToken } from "../values/actor-token.ts";
import type { Listed } from "../values/second-chance-list.ts";
import { type PartyNumbers, toOwner } from "./number-parties.ts";
import type { TokenLife } from "./renewal.ts";
import type { TokenBinding } from "./token-binding.ts";
import type { TokenTarget } from "./token-target.ts";

const scheme = "Bearer ";
const bearerText = /^Bearer [\x21-\x7e]+$/;

/** Makes one text of one that is put together: else that would happen anew whenever it is sent. */
const flatten = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

/** A token, and how it came to be in hand. It is kept as it is sent most of the time: with its scheme. */
export class HeldToken extends ActorToken {
  readonly source: TokenSource;
  readonly entry: TokenEntry;

  constructor(text: string, entry: TokenEntry, source: TokenSource) {
    super(flatten(`${scheme}${text}`), bearerText);
    this.entry = entry;
    this.source = source;
  }

  override value(): string {
    return super.value().slice(scheme.length);
  }

  /** Gives what shows it as a bearer token (RFC 6750 section 2.1). */
  bearer(): string {
    return super.value();
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
 * One token in memory. There may be hundreds of thousands: the links of the store are in here, what a hit reads comes first, and
 * instants are kept as small numbers, which take no memory of their own.
 */
export class TokenEntry implements Listed<TokenEntry>, Omit<EntryFacts, "party">, PartyNumbers {
  used = false;
  /** The store's count of uses at the last one. */
  lastUse = 0;
  /** Whether a backend refused it, and no newer one is there yet. */
  rejected = false;
  readonly #endsAtSeconds: number;
  readonly #endsAtMs: number;
  /** With how many milliseconds left a hit is to renew it: changes when a renewal begins, or fails. */
  renewLeftMs: number;
  /** The token, for those who find it in memory: the same object for all of them. */
  readonly held: HeldToken;
  readonly key: string;
  /** The store gives entries of one target the same object. */
  target: TokenTarget;
  readonly partyKey: string;
  readonly issuer: number;
  readonly subject: number;
  readonly session: number;
  readonly #livesMs: number;
  /** What the token must be shown with. */
  readonly binding: TokenBinding;
  newer: TokenEntry | undefined = undefined;
  older: TokenEntry | undefined = undefined;
  nextOfOwner: TokenEntry | undefined = undefined;

  constructor(token: ActorToken, facts: EntryFacts) {
    this.#endsAtSeconds = Math.floor(facts.expiresAt / 1_000);
    this.#endsAtMs = facts.expiresAt - this.#endsAtSeconds * 1_000;
    this.renewLeftMs = facts.renewLeftMs;
    this.held = new HeldToken(token.value(), this, "memory");
    this.key = facts.key;
    this.target = facts.target;
    this.partyKey = facts.partyKey;
    this.issuer = facts.party.issuer;
    this.subject = facts.party.subject;
    this.session = facts.party.session;
    this.#livesMs = facts.expiresAt - facts.fetchedAt;
    this.binding = facts.binding;
  }

  get expiresAt(): number {
    return this.#endsAtSeconds * 1_000 + this.#endsAtMs;
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
