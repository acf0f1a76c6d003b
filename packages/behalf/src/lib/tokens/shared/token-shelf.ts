import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { Now } from "../../values/clock.ts";
import type { Errand } from "../errand.ts";
import type { Evictions } from "../eviction/evictions.ts";
import { judgeLife } from "../renewal.ts";
import type { TokenBinding } from "../token-binding.ts";
import type { TokenEntry } from "../token-entry.ts";
import type { StoreAnswer } from "./guard-store.ts";
import type { SharedLevel } from "./shared-level.ts";
import { readStoredToken, type StoredToken, writeStoredToken } from "./stored-token.ts";
import { toSharedEntry } from "./to-shared-entry.ts";

/** Where the tokens of all processes lie. */
export interface TokenShelf {
  /** Gives the token that lies there, if it will do; `undefined` where the store does not answer. */
  find(errand: Errand, replaces: TokenEntry | undefined): Promise<StoreAnswer<TokenEntry | undefined> | undefined>;
  /** Lays a token there for the others, and wakes those who wait for it. Tells whether it did. */
  put(errand: Errand, entry: TokenEntry): Promise<boolean>;
  /** Wakes those who wait for the token, whatever became of it. */
  wake(errand: Errand): void;
}

/** What a shelf works with. */
export interface TokenShelfOptions extends SharedLevel {
  readonly evictions: Evictions;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** A text, and for how many milliseconds more the store keeps it. */
interface Found {
  readonly name: string;
  readonly text: string;
  readonly leftMs: number;
}

/** Its sources may have been read anew meanwhile: what is bound to another key is not what others would look for by this one. */
const isBoundAlike = (one: TokenBinding, other: TokenBinding): boolean =>
  one.dpop?.thumbprint === other.dpop?.thumbprint &&
  one.certificateThumbprint === other.certificateThumbprint &&
  one.serverTrust === other.serverTrust;

class Shelf implements TokenShelf {
  readonly #options: TokenShelfOptions;
  /** Those that were told of something that could not be used: who waits looks at it again and again. */
  readonly #told = new WeakSet<Errand>();

  constructor(options: TokenShelfOptions) {
    this.#options = options;
  }

  async find(
    errand: Errand,
    replaces: TokenEntry | undefined,
  ): Promise<StoreAnswer<TokenEntry | undefined> | undefined> {
    const found = await this.#read(errand);
    if (!found) return undefined;
    for (const one of found.value) {
      const entry = this.#open(errand, one);
      if (entry && this.#fits(entry, replaces)) return { value: entry };
    }
    return { value: undefined };
  }

  async put(errand: Errand, entry: TokenEntry): Promise<boolean> {
    const { store, seal, wakes, now } = this.#options;
    const livesMs = entry.expiresAt - now();
    if (judgeLife(entry, now()) === "mustRenew" || !isBoundAlike(entry.binding, errand.proofs.binding)) return false;
    const name = this.#nameOf(errand);
    const { fetchedAt, expiresAt, renewLeftMs } = entry;
    const text = seal.seal(name, writeStoredToken({ token: entry.held, fetchedAt, expiresAt, renewLeftMs }));
    const written = await store.ask((present) => present.write(name, text, livesMs), "write");
    if (written) await wakes.call(name);
    return written !== undefined;
  }

  wake(errand: Errand): void {
    void this.#options.wakes.call(this.#nameOf(errand));
  }

  #nameOf({ key }: Errand): string {
    return this.#options.seal.nameOf("token", key);
  }

  /** Under the name of each key, for others may not have the newest one yet. */
  #read({ key }: Errand): Promise<StoreAnswer<readonly Found[]> | undefined> {
    const { store, seal } = this.#options;
    return store.ask(async (present) => {
      const looks = seal.namesOf("token", key).map(async (name): Promise<Found[]> => {
        const [text, leftMs] = await Promise.all([present.read(name), present.lifeOf(name)]);
        return text === undefined || leftMs === undefined ? [] : [{ name, text, leftMs }];
      });
      return (await Promise.all(looks)).flat();
    });
  }

  /** What cannot be read is nothing: it will be written anew. */
  #open(errand: Errand, { name, text, leftMs }: Found): TokenEntry | undefined {
    const opened = this.#options.seal.open(name, text);
    const stored = opened === undefined ? "foreign" : readStoredToken(opened);
    if (typeof stored === "object") return this.#toEntry(errand, stored, leftMs);
    if (this.#told.has(errand)) return undefined;
    this.#told.add(errand);
    const record = { what: "token", problem: stored } as const;
    this.#options.diagnostics.publish("behalf:store", (instance) => ({ instance, ...record }), true);
    return undefined;
  }

  #toEntry(errand: Errand, stored: StoredToken, leftMs: number): TokenEntry {
    const { evictions, now } = this.#options;
    return toSharedEntry(errand, stored, { leftMs, now: now(), party: evictions.numbers.of(errand, stored.token) });
  }

  #fits(entry: TokenEntry, replaces: TokenEntry | undefined): boolean {
    const { evictions, now } = this.#options;
    if (judgeLife(entry, now()) === "mustRenew" || evictions.concern(entry)) return false;
    if (!replaces) return true;
    if (entry.held.value() === replaces.held.value()) return false;
    return replaces.rejected ? entry.fetchedAt > replaces.fetchedAt : entry.expiresAt > replaces.expiresAt;
  }
}

/** Creates the shelf of access tokens in the shared store. */
export function createTokenShelf(options: TokenShelfOptions): TokenShelf {
  return new Shelf(options);
}
