import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { StoreRecord } from "../../diagnostics/records.ts";
import type { SharedLevel } from "../shared/shared-level.ts";
import { type ChainLock, lockChain } from "./chain-lock.ts";
import { readStoredChain, type StoredChain, writeStoredChain } from "./stored-chain.ts";

/** What the store has of a chain. */
export interface ChainInStore {
  /** `undefined` where there is nothing that can be read. */
  readonly chain: StoredChain | undefined;
  /** The text that the next one takes the place of; `undefined` for none. */
  readonly text: string | undefined;
}

/** The next state of a chain. */
export interface ChainChange {
  readonly next: StoredChain;
  /** The digest of the token that the newest one took the place of; `undefined` where it is the same one still. */
  readonly before: string | undefined;
  /** The text that was read. */
  readonly expected: string | undefined;
}

/** Refresh tokens and their successors, as processes share them. */
export interface SharedChains {
  /** Names the chain that the token of a digest belongs to. This and the others: `undefined` where the store does not answer. */
  idOf(digest: string): Promise<string | undefined>;
  read(id: string): Promise<ChainInStore | undefined>;
  /** Writes the next state, if the present one is the one that was read; tells whether the next one is there. */
  write(id: string, change: ChainChange): Promise<boolean | undefined>;
  lock(id: string): Promise<ChainLock | "taken" | undefined>;
  /** Waits until somebody has used the chain, or for a while. */
  wait(id: string): Promise<void>;
  wake(id: string): Promise<unknown>;
}

/** What shared chains work with. */
export interface SharedChainsOptions extends SharedLevel {
  readonly diagnostics: Diagnostics;
}

const dayMs = 86_400_000;
const chainLivesMs = 30 * dayMs;
/** For those who were given a token that is not the newest one. */
const supersededLivesMs = dayMs;
const lookAgainMs = 100;
const digestText = /^[\w-]{43}$/;

class StoredChains implements SharedChains {
  readonly #options: SharedChainsOptions;
  /** What could not be used the last time: who waits looks at it again and again. */
  #told: string | undefined;

  constructor(options: SharedChainsOptions) {
    this.#options = options;
  }

  async idOf(digest: string): Promise<string | undefined> {
    const names = this.#options.seal.namesOf("alias", digest);
    const texts = await this.#readAll(names);
    if (!texts) return undefined;
    const ids = names.map((name, index) => this.#open(name, texts[index]));
    return ids.find((id) => id !== undefined && digestText.test(id)) ?? digest;
  }

  /**
   * Where some processes have a new key already, the end of the chain may stand under the name of the old one. One that a
   * later version wrote is in use: the token that is known here may be spent.
   */
  async read(id: string): Promise<ChainInStore | undefined> {
    const names = this.#options.seal.namesOf("refresh", id);
    const texts = await this.#readAll(names);
    if (!texts) return undefined;
    let chain: StoredChain | undefined;
    for (const [index, name] of names.entries()) {
      const text = texts[index];
      const opened = this.#open(name, text);
      const read = opened === undefined ? undefined : readStoredChain(opened);
      if (typeof read === "string") this.#tell(text, read);
      if (read === "version") return undefined;
      if (typeof read === "object" && (!chain || read.number > chain.number)) chain = read;
    }
    return { chain, text: texts[0] };
  }

  async write(id: string, change: ChainChange): Promise<boolean | undefined> {
    const { store, seal } = this.#options;
    const { next, before, expected } = change;
    const name = seal.nameOf("refresh", id);
    const text = seal.seal(name, writeStoredChain(next));
    const answer = await store.ask(async (present) => {
      const writeAlias = (digest: string, livesMs: number): Promise<void> => {
        const aliasName = seal.nameOf("alias", digest);
        return present.write(aliasName, seal.seal(aliasName, id), livesMs);
      };
      const [replaced] = await Promise.all([
        present.replace(name, { expected, text, livesMs: chainLivesMs }),
        before && writeAlias(next.newest.digest(), chainLivesMs),
        before && before !== id && writeAlias(before, supersededLivesMs),
      ]);
      return replaced;
    }, "write");
    if (!answer || answer.value) return answer?.value;
    const found = await this.read(id);
    // The store has lost it since: nobody was faster.
    if (found && !found.chain) return this.write(id, { ...change, expected: found.text });
    return found && found.chain?.newest.value() === next.newest.value();
  }

  lock(id: string): Promise<ChainLock | "taken" | undefined> {
    return lockChain(id, this.#options);
  }

  wait(id: string): Promise<void> {
    return this.#options.wakes.next(this.#options.seal.nameOf("refresh", id), lookAgainMs);
  }

  wake(id: string): Promise<unknown> {
    return this.#options.wakes.call(this.#options.seal.nameOf("refresh", id));
  }

  async #readAll(names: readonly string[]): Promise<readonly (string | undefined)[] | undefined> {
    const answer = await this.#options.store.ask((store) => Promise.all(names.map((name) => store.read(name))));
    return answer?.value;
  }

  #open(name: string, text: string | undefined): string | undefined {
    const opened = text === undefined ? undefined : this.#options.seal.open(name, text);
    if (text !== undefined && opened === undefined) this.#tell(text, "foreign");
    return opened;
  }

  #tell(text: string | undefined, problem: StoreRecord["problem"]): void {
    if (text === this.#told) return;
    this.#told = text;
    const record = { what: "refresh token", problem };
    this.#options.diagnostics.publish("behalf:store", (instance) => ({ instance, ...record }), true);
  }
}

/** Creates the view of the shared store that holds chains. */
export function createSharedChains(options: SharedChainsOptions): SharedChains {
  return new StoredChains(options);
}
