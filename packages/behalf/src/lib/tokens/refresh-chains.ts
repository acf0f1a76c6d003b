import { LRUCache } from "lru-cache";
import type { IssuedToken } from "../oauth/token-request.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Now } from "../values/clock.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import type { Secret } from "../values/secret.ts";
import { askNewest, type Chain, type ChainUse } from "./refresh/chain.ts";
import type { SharedChains } from "./refresh/shared-chains.ts";
import { spendInTurn, type TurnParts } from "./refresh/spend-in-turn.ts";

/** Refresh tokens and their successors: what one was exchanged for takes its place, wherever the first one is still given. */
export interface RefreshChains {
  /** Names the chain that a refresh token belongs to. */
  idOf(token: ActorToken): string;
  /** Learns from other processes which chain a token belongs to, where they share chains. Without their store, nothing. */
  meet(token: ActorToken): Promise<void>;
  /**
   * Uses the newest token of the chain, one use after the other: a rotated one is spent once, by one of all processes that
   * share chains. Gives what another process was given, where the use finds that.
   *
   * A chain that the server refused is not tried again for ten seconds; one whose answer was lost is not tried again.
   *
   * @throws {TokenUnreachableError} without the store of shared chains
   */
  spend<found = never>(token: ActorToken, use: ChainUse<found>): Promise<IssuedToken | found>;
  /** Waits for the uses that are under way, until their successors are kept. */
  settle(): Promise<void>;
}

const mostChains = 10_000;

class Chains implements RefreshChains {
  readonly #chains = new LRUCache<string, Chain>({ max: mostChains });
  readonly #turns = new Set<Promise<unknown>>();
  readonly #meetings = new Map<string, Promise<void>>();
  readonly #now: Now;
  readonly #parts: TurnParts | undefined;

  constructor(now: Now, shared: SharedChains | undefined) {
    this.#now = now;
    this.#parts = shared && {
      shared,
      now,
      extend: (chain, newest) => this.#extend(chain, newest),
      succeed: (chain, issued) => this.#succeed(chain, issued),
      spendHere: (chain, use) => this.#spendHere(chain, use),
    };
  }

  idOf(token: ActorToken): string {
    return this.#chains.get(token.digest())?.id ?? token.digest();
  }

  async meet(token: ActorToken): Promise<void> {
    const digest = token.digest();
    if (!this.#parts || this.#chains.get(digest)?.met) return;
    const meeting = this.#meetings.get(digest) ?? this.#ask(token, this.#parts.shared);
    this.#meetings.set(digest, meeting);
    await meeting;
  }

  async spend<found = never>(token: ActorToken, use: ChainUse<found>): Promise<IssuedToken | found> {
    await this.meet(token);
    const chain = this.#chains.get(token.digest()) ?? this.#open({ id: token.digest(), newest: token, number: 0 });
    const turn = chain.last.then(() => this.#spend(chain, use));
    const last = turn.catch(() => {}).finally(() => this.#turns.delete(last));
    this.#turns.add(last);
    chain.last = last;
    return turn;
  }

  async settle(): Promise<void> {
    await Promise.all(this.#turns);
  }

  /** Of a token that other processes were not asked about, nobody here knows which chain it belongs to. */
  async #spend<found>(chain: Chain, use: ChainUse<found>): Promise<IssuedToken | found> {
    const { sharing } = use;
    if (!this.#parts || !sharing || (!chain.met && sharing.reusable)) return this.#spendHere(chain, use);
    if (!chain.met) throw sharing.toError("BEHALF_SHARED_STORE_AWAY");
    return spendInTurn({ chain, use, sharing }, this.#parts);
  }

  async #spendHere(chain: Chain, use: ChainUse<unknown>): Promise<IssuedToken> {
    const issued = await askNewest(chain, use, this.#now);
    const successor = this.#succeed(chain, issued);
    if (successor) await use.keep(successor);
    return issued;
  }

  async #ask(token: ActorToken, shared: SharedChains): Promise<void> {
    const digest = token.digest();
    const id = await shared.idOf(digest);
    this.#meetings.delete(digest);
    if (id === undefined) return;
    const { newest = token, number = 0 } = this.#chains.get(digest) ?? {};
    const known = this.#chains.get(id);
    this.#chains.set(digest, known?.met && known.id === id ? known : this.#open({ id, newest, number, met: true }));
  }

  #open(known: Pick<Chain, "id" | "newest" | "number"> & Partial<Chain>): Chain {
    const chain: Chain = { met: false, last: Promise.resolve(), ended: undefined, ...known };
    this.#chains.set(chain.id, chain);
    return chain;
  }

  #succeed(chain: Chain, { refreshToken }: IssuedToken): Secret | undefined {
    if (!refreshToken || refreshToken.value() === chain.newest.value()) return undefined;
    chain.number += 1;
    this.#extend(chain, new RefreshToken(refreshToken.value()));
    return refreshToken;
  }

  /** The successor is known here before anybody else can give it: one who reads it from where it is kept is in this chain. */
  #extend(chain: Chain, newest: ActorToken): void {
    chain.newest = newest;
    this.#chains.set(newest.digest(), chain);
  }
}

/** Creates the memory of refresh tokens. With `shared`, processes use their chains in turn. */
export function createRefreshChains(now: Now, shared?: SharedChains): RefreshChains {
  return new Chains(now, shared);
}
