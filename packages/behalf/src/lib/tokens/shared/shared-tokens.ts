import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { TokenSource } from "../../diagnostics/records.ts";
import type { Now } from "../../values/clock.ts";
import type { Errand } from "../errand.ts";
import type { NumberOwner } from "../number-owners.ts";
import { judgeLife } from "../renewal.ts";
import { TokenEntry } from "../token-entry.ts";
import type { SharedLevel } from "./shared-level.ts";
import { readStoredToken, type StoredToken, writeStoredToken } from "./stored-token.ts";

/** A token, and where it came from. */
export interface ObtainedToken {
  readonly entry: TokenEntry;
  readonly source: Extract<TokenSource, "store" | "server">;
}

/** What a token is wanted for. */
export interface SharedWish {
  /** The entry that another one is to take the place of. */
  readonly replaces: TokenEntry | undefined;
  /** Whether what others have fetched will not do. */
  readonly force: boolean;
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Asks the authorization server. */
  fetch(): Promise<TokenEntry>;
}

/** The tokens that processes share: what one has fetched, the others have as well. */
export interface SharedTokens {
  /**
   * Gives the token that another process has fetched, or fetches it: one process for all, while the store answers. Without the
   * store, each process asks for itself.
   */
  obtain(errand: Errand, wish: SharedWish): Promise<ObtainedToken>;
}

/** What shared tokens work with. */
export interface SharedTokensOptions extends SharedLevel {
  readonly numberOwner: NumberOwner;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** How long another process is waited for that fetches the same token, and what its crash costs at most. */
const lockLivesMs = 2_500;
const lookAgainMs = 100;

/** What is done about the lock of a token: it is ours, somebody else's, or there is no store to ask. */
type Lock = { readonly name: string; readonly holder: string } | "taken" | undefined;

class StoredTokens implements SharedTokens {
  readonly #options: SharedTokensOptions;

  constructor(options: SharedTokensOptions) {
    this.#options = options;
  }

  async obtain(errand: Errand, wish: SharedWish): Promise<ObtainedToken> {
    if (wish.force) return this.#fetch(errand, wish, undefined);
    const giveUpAt = performance.now() + lockLivesMs;
    for (;;) {
      wish.signal.throwIfAborted();
      const found = await this.#read(errand, wish);
      if (found) return { entry: found, source: "store" };
      const lock = await this.#lock(errand);
      if (lock !== "taken") return this.#readOrFetch(errand, wish, lock);
      if (performance.now() >= giveUpAt) return this.#fetch(errand, wish, undefined);
      await this.#options.wakes.next(this.#nameOf(errand), lookAgainMs);
    }
  }

  #nameOf({ key }: Errand): string {
    return this.#options.seal.nameOf("token", key);
  }

  /** Who held the lock before may have written between our look and our turn. */
  async #readOrFetch(errand: Errand, wish: SharedWish, lock: Exclude<Lock, "taken">): Promise<ObtainedToken> {
    const found = lock && (await this.#read(errand, wish));
    if (!found) return this.#fetch(errand, wish, lock);
    void this.#unlock(lock);
    return { entry: found, source: "store" };
  }

  /** Nobody waits for what is written. */
  async #fetch(errand: Errand, wish: SharedWish, lock: Exclude<Lock, "taken">): Promise<ObtainedToken> {
    try {
      const entry = await wish.fetch();
      void this.#write(errand, entry).then(() => this.#unlock(lock));
      return { entry, source: "server" };
    } catch (error) {
      void this.#unlock(lock);
      throw error;
    }
  }

  async #lock({ key }: Errand): Promise<Lock> {
    const name = this.#options.seal.nameOf("lock", key);
    const holder = crypto.randomUUID();
    const change = { expected: undefined, text: holder, livesMs: lockLivesMs };
    const answer = await this.#options.store.ask((store) => store.replace(name, change));
    if (!answer) return undefined;
    return answer.value ? { name, holder } : "taken";
  }

  async #unlock(lock: Exclude<Lock, "taken">): Promise<void> {
    if (lock) await this.#options.store.ask((store) => store.remove(lock.name, lock.holder));
  }

  async #write(errand: Errand, entry: TokenEntry): Promise<void> {
    const { store, seal, wakes, now } = this.#options;
    const livesMs = entry.expiresAt - now();
    if (judgeLife(entry, now()) === "mustRenew") return;
    const name = this.#nameOf(errand);
    const { fetchedAt, expiresAt, renewLeftMs } = entry;
    const text = seal.seal(name, writeStoredToken({ token: entry.held, fetchedAt, expiresAt, renewLeftMs }));
    const written = await store.ask((present) => present.write(name, text, livesMs));
    if (written) await wakes.call(name);
  }

  async #read(errand: Errand, wish: SharedWish): Promise<TokenEntry | undefined> {
    for (const name of this.#options.seal.namesOf("token", errand.key)) {
      const answer = await this.#options.store.ask((store) => store.read(name));
      if (!answer) return undefined;
      const stored = answer.value === undefined ? undefined : this.#open(name, answer.value);
      const entry = stored && this.#toEntry(errand, stored);
      if (entry && this.#fits(entry, wish)) return entry;
    }
    return undefined;
  }

  /** What cannot be read is nothing: it will be written anew. */
  #open(name: string, text: string): StoredToken | undefined {
    const opened = this.#options.seal.open(name, text);
    const stored = opened === undefined ? "foreign" : readStoredToken(opened);
    if (typeof stored === "object") return stored;
    const record = { what: "token", problem: stored } as const;
    this.#options.diagnostics.publish("behalf:store", (instance) => ({ instance, ...record }), true);
    return undefined;
  }

  #toEntry(errand: Errand, { token, fetchedAt, expiresAt, renewLeftMs }: StoredToken): TokenEntry {
    return new TokenEntry(token, {
      key: errand.key,
      targetKey: errand.target.key,
      partyKey: errand.partyKey,
      owner: this.#options.numberOwner(errand),
      grant: errand.target.grantType,
      fetchedAt,
      expiresAt,
      renewLeftMs,
      binding: errand.proofs.binding,
    });
  }

  #fits(entry: TokenEntry, { replaces }: SharedWish): boolean {
    if (judgeLife(entry, this.#options.now()) === "mustRenew") return false;
    if (!replaces) return true;
    if (entry.held.value() === replaces.held.value()) return false;
    return replaces.rejected || entry.expiresAt > replaces.expiresAt;
  }
}

/** Creates the view of the shared store that holds access tokens. */
export function createSharedTokens(options: SharedTokensOptions): SharedTokens {
  return new StoredTokens(options);
}
