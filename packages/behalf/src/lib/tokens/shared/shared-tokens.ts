import type { TokenSource } from "../../diagnostics/records.ts";
import { requestTimeoutMs } from "../ask-for-token.ts";
import type { Errand } from "../errand.ts";
import type { TokenEntry } from "../token-entry.ts";
import { type Attempt, createTokenLocks, type Ending, type TokenLock, type TokenLocks } from "./token-locks.ts";
import { createTokenShelf, type TokenShelf, type TokenShelfOptions } from "./token-shelf.ts";

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
  /** Whether it may be kept: it may not where it was given up while it was fetched. */
  mayKeep(entry: TokenEntry): boolean;
}

/** The tokens that processes share: what one has fetched, the others have as well. */
export interface SharedTokens {
  /**
   * Gives the token that another process has fetched, or fetches it: one process for all, while the store answers. Without the
   * store, each process asks for itself.
   *
   * What the server refuses to one is refused to all, for as long as a refusal is remembered.
   */
  obtain(errand: Errand, wish: SharedWish): Promise<ObtainedToken>;
}

/** What shared tokens work with. */
export type SharedTokensOptions = TokenShelfOptions;

/** As long as a request may take, and until its failure is told. */
const patienceMs = requestTimeoutMs + 250;
const lookAgainMs = 100;

class StoredTokens implements SharedTokens {
  readonly #options: SharedTokensOptions;
  readonly #shelf: TokenShelf;
  readonly #locks: TokenLocks;

  constructor(options: SharedTokensOptions) {
    this.#options = options;
    this.#shelf = createTokenShelf(options);
    this.#locks = createTokenLocks(options);
  }

  async obtain(errand: Errand, wish: SharedWish): Promise<ObtainedToken> {
    if (wish.force) return this.#fetch(errand, wish);
    const { evictions, seal, wakes } = this.#options;
    await evictions.starting();
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      wish.signal.throwIfAborted();
      const found = await this.#shelf.find(errand, wish.replaces);
      if (!found) return this.#fetch(errand, wish);
      if (found.value) return { entry: found.value, source: "store" };
      const attempt = await this.#locks.take(errand);
      if (attempt.state !== "taken") return this.#takeTurn(errand, wish, attempt);
      if (performance.now() >= giveUpAt) return this.#fetch(errand, wish);
      await wakes.next(seal.nameOf("token", errand.key), lookAgainMs);
    }
  }

  async #takeTurn(errand: Errand, wish: SharedWish, attempt: Attempt): Promise<ObtainedToken> {
    if (attempt.state === "refused") throw attempt.error;
    if (attempt.state === "held") return this.#lookOnce(errand, wish, attempt.lock);
    return this.#fetch(errand, wish, attempt.state === "unsure" ? attempt.lock : undefined);
  }

  /** Who held the lock before may have written between our look and our turn. */
  async #lookOnce(errand: Errand, wish: SharedWish, lock: TokenLock): Promise<ObtainedToken> {
    const found = await this.#shelf.find(errand, wish.replaces);
    if (!found?.value) return this.#fetch(errand, wish, lock);
    void this.#release(lock, { state: "shared" });
    return { entry: found.value, source: "store" };
  }

  /** Nobody waits for what is written. */
  async #fetch(errand: Errand, wish: SharedWish, lock?: TokenLock): Promise<ObtainedToken> {
    try {
      const entry = await wish.fetch();
      void this.#share(errand, wish.mayKeep(entry) ? entry : undefined, lock);
      return { entry, source: "server" };
    } catch (error) {
      void this.#tellOfFailure(errand, wish.signal.aborted ? { state: "abandoned" } : { state: "failed", error }, lock);
      throw error;
    }
  }

  async #share(errand: Errand, entry: TokenEntry | undefined, lock: TokenLock | undefined): Promise<void> {
    if (!entry) return this.#tellOfFailure(errand, { state: "abandoned" }, lock);
    const isShared = await this.#shelf.put(errand, entry);
    if (!isShared) return this.#tellOfFailure(errand, { state: "alone" }, lock);
    await this.#release(lock, { state: "shared" });
  }

  async #tellOfFailure(errand: Errand, ending: Ending, lock: TokenLock | undefined): Promise<void> {
    if (!lock) return;
    await this.#release(lock, ending);
    this.#shelf.wake(errand);
  }

  async #release(lock: TokenLock | undefined, ending: Ending): Promise<void> {
    if (lock) await this.#locks.release(lock, ending);
  }
}

/** Creates the view of the shared store that holds access tokens. */
export function createSharedTokens(options: SharedTokensOptions): SharedTokens {
  return new StoredTokens(options);
}
