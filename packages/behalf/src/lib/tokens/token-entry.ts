import type { TokenSource } from "../diagnostics/records.ts";
import { ActorToken } from "../values/actor-token.ts";
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
  /** By which grant it was obtained. */
  readonly grant: string;
  readonly binding: TokenBinding;
}

/** One token in memory. */
export class TokenEntry implements TokenLife {
  readonly key: string;
  readonly fetchedAt: number;
  readonly expiresAt: number;
  readonly grant: string;
  /** What the token must be shown with. */
  readonly binding: TokenBinding;
  /** The token, for those who find it in memory: the same object for all of them. */
  readonly held: HeldToken;
  /** Whether a backend refused it, and no newer one is there yet. */
  rejected = false;

  constructor(token: ActorToken, { key, grant, fetchedAt, expiresAt, binding }: EntryFacts) {
    this.key = key;
    this.grant = grant;
    this.fetchedAt = fetchedAt;
    this.expiresAt = expiresAt;
    this.binding = binding;
    this.held = new HeldToken(token.value(), this, "memory");
  }

  /** The token for one who came by it in another way. */
  heldFrom(source: TokenSource): HeldToken {
    return new HeldToken(this.held.value(), this, source);
  }
}
