import type { IssuedToken } from "../../oauth/token-request.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import type { Secret } from "../../values/secret.ts";
import { askNewest, assertNotEnded, type Chain, type ChainSharing, type ChainUse, isLost, toLostEnd } from "./chain.ts";
import type { ChainLock } from "./chain-lock.ts";
import { keepTrying } from "./keep-trying.ts";
import type { ChainChange, ChainInStore, SharedChains } from "./shared-chains.ts";

/** One use of a chain that processes share. */
export interface SharedUse<found> {
  readonly chain: Chain;
  readonly use: ChainUse<found>;
  readonly sharing: ChainSharing<found>;
}

/** What such a use works with. */
export interface TurnParts {
  readonly shared: SharedChains;
  readonly now: Now;
  /** Has the chain end with a token from now on. */
  extend(chain: Chain, newest: ActorToken): void;
  /** Has the chain end with the successor that was given, if one was; gives it. */
  succeed(chain: Chain, issued: IssuedToken): Secret | undefined;
  /** Uses the chain as if no other process knew of it. */
  spendHere(chain: Chain, use: ChainUse<unknown>): Promise<IssuedToken>;
}

/** What a look at the store showed. */
interface Seen<found> extends ChainInStore {
  readonly found: found | undefined;
}

class Turn<found> {
  readonly #use: SharedUse<found>;
  readonly #parts: TurnParts;
  /** The lock is kept while the store does not have what became of the chain, and lapses at last. */
  #told: Promise<unknown> = Promise.resolve();

  constructor(use: SharedUse<found>, parts: TurnParts) {
    this.#use = use;
    this.#parts = parts;
  }

  async take(): Promise<IssuedToken | found> {
    const { chain, sharing } = this.#use;
    const { shared, now } = this.#parts;
    for (;;) {
      sharing.assertInTime();
      const seen = await this.#look();
      if (seen?.found !== undefined) return seen.found;
      assertNotEnded(chain, now);
      const lock = seen && (await shared.lock(chain.id));
      if (!lock) return this.#spendUnseen();
      const end = lock === "taken" ? await shared.wait(chain.id) : await this.#spendLocked(lock);
      if (end !== undefined) return end;
    }
  }

  /** Others may have used the chain between the last look and the lock. */
  async #spendLocked(lock: ChainLock): Promise<IssuedToken | found | undefined> {
    const { id } = this.#use.chain;
    try {
      const seen = await this.#look();
      if (!seen) return await this.#spendUnseen();
      if (seen.found !== undefined) return seen.found;
      return lock.lasts() ? await this.#spend(seen.text, lock) : undefined;
    } finally {
      void this.#told.then(() => lock.release()).then(() => this.#parts.shared.wake(id));
    }
  }

  /** Without the store, a token that may be spent once stays unspent: another process may have spent it. */
  #spendUnseen(): Promise<IssuedToken> {
    const { chain, use, sharing } = this.#use;
    if (!sharing.reusable) throw sharing.toError("BEHALF_SHARED_STORE_AWAY");
    return this.#parts.spendHere(chain, use);
  }

  async #spend(expected: string | undefined, lock: ChainLock): Promise<IssuedToken> {
    const { chain, use, sharing } = this.#use;
    const before = chain.newest.digest();
    const issued = await this.#ask(expected);
    const successor = this.#parts.succeed(chain, issued);
    if (successor) {
      const next = { number: chain.number, newest: chain.newest, lost: false };
      await Promise.all([this.#tell({ next, before, expected }), lock.prolong()]);
    }
    await sharing.share(issued);
    if (successor) await use.keep(successor);
    return issued;
  }

  async #ask(expected: string | undefined): Promise<IssuedToken> {
    const { chain, use } = this.#use;
    try {
      return await askNewest(chain, use, this.#parts.now);
    } catch (error) {
      const next = { number: chain.number, newest: chain.newest, lost: true };
      if (isLost(error)) await this.#tell({ next, before: undefined, expected });
      throw error;
    }
  }

  /** What the store does not take now, it may take a little later. */
  async #tell(change: ChainChange): Promise<void> {
    if (await this.#write(change)) return;
    this.#use.sharing.late();
    this.#told = keepTrying(() => this.#write(change));
  }

  /** Tells whether that is done: by this process, or by others who were faster. */
  async #write(change: ChainChange): Promise<boolean> {
    const { chain } = this.#use;
    if (chain.number !== change.next.number) return true;
    return (await this.#parts.shared.write(chain.id, change)) !== undefined;
  }

  async #look(): Promise<Seen<found> | undefined> {
    const { chain, sharing } = this.#use;
    const [inStore, found] = await Promise.all([this.#parts.shared.read(chain.id), sharing.find()]);
    if (inStore) this.#adopt(inStore);
    else if (found === undefined) return undefined;
    return { chain: undefined, text: undefined, ...inStore, found };
  }

  /** What others have made of the chain counts, unless this process knows of a later token. */
  #adopt({ chain: stored }: ChainInStore): void {
    const { chain, sharing } = this.#use;
    if (!stored || stored.number < chain.number) return;
    chain.number = stored.number;
    if (stored.newest.value() !== chain.newest.value()) {
      this.#parts.extend(chain, stored.newest);
      chain.ended = undefined;
    }
    if (stored.lost && !sharing.reusable) chain.ended = toLostEnd(sharing.toError("BEHALF_REFRESH_TOKEN_LOST"));
  }
}

/**
 * Uses a chain that processes share: one of them at a time, with the newest token that any of them has. What one was given
 * serves the others.
 */
export function spendInTurn<found>(use: SharedUse<found>, parts: TurnParts): Promise<IssuedToken | found> {
  return new Turn(use, parts).take();
}
