import { LRUCache } from "lru-cache";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { repeatError } from "../oauth/repeat-error.ts";
import type { IssuedToken } from "../oauth/token-request.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Now } from "../values/clock.ts";
import { RefreshToken } from "../values/refresh-token.ts";
import type { Secret } from "../values/secret.ts";

/** What is done with the newest token of a chain. */
export interface ChainUse {
  ask(newest: ActorToken): Promise<IssuedToken>;
  /** Is told the successor before the next use begins: an older one is never kept after a newer one. It does not throw. */
  keep(successor: Secret): Promise<void>;
}

/** Refresh tokens and their successors: what one was exchanged for takes its place, wherever the first one is still given. */
export interface RefreshChains {
  /** Names the chain that a refresh token belongs to. */
  idOf(token: ActorToken): string;
  /**
   * Uses the newest token of the chain, one use after the other: a rotated one is spent once.
   *
   * A chain that the server refused is not tried again for ten seconds; one whose answer was lost is not tried again.
   */
  spend(token: ActorToken, use: ChainUse): Promise<IssuedToken>;
}

interface Chain {
  readonly id: string;
  newest: ActorToken;
  /** The last use, which the next one waits for. */
  last: Promise<unknown>;
  ended: { readonly error: TokenRefusedError | TokenUnreachableError; readonly until: number } | undefined;
}

const mostChains = 10_000;
const refusedForMs = 10_000;

function toEnd(error: unknown, now: number): Chain["ended"] {
  if (error instanceof TokenUnreachableError) {
    return error.code === "BEHALF_REFRESH_TOKEN_LOST" ? { error, until: Number.POSITIVE_INFINITY } : undefined;
  }
  const refused = error instanceof TokenRefusedError && error.error === "invalid_grant";
  return refused ? { error, until: now + refusedForMs } : undefined;
}

const repeatEnd = ({ error }: NonNullable<Chain["ended"]>): Error =>
  error instanceof TokenUnreachableError ? repeatError(error, {}) : repeatError(error, {});

/** Creates the memory of refresh tokens. */
export function createRefreshChains(now: Now): RefreshChains {
  const chains = new LRUCache<string, Chain>({ max: mostChains });

  const open = (token: ActorToken): Chain => {
    const id = token.digest();
    const chain: Chain = { id, newest: token, last: Promise.resolve(), ended: undefined };
    chains.set(id, chain);
    return chain;
  };

  const ask = async (chain: Chain, use: ChainUse): Promise<IssuedToken> => {
    if (chain.ended && now() < chain.ended.until) throw repeatEnd(chain.ended);
    try {
      const issued = await use.ask(chain.newest);
      chain.ended = undefined;
      return issued;
    } catch (error) {
      chain.ended = toEnd(error, now());
      throw error;
    }
  };

  /** The successor is known here before anybody else can give it: one who reads it from where it is kept is in this chain. */
  const take = async (chain: Chain, use: ChainUse): Promise<IssuedToken> => {
    const issued = await ask(chain, use);
    const { refreshToken } = issued;
    if (!refreshToken || refreshToken.value() === chain.newest.value()) return issued;
    chain.newest = new RefreshToken(refreshToken.value());
    chains.set(chain.newest.digest(), chain);
    await use.keep(refreshToken);
    return issued;
  };

  return {
    idOf: (token) => chains.get(token.digest())?.id ?? token.digest(),
    spend(token, use) {
      const chain = chains.get(token.digest()) ?? open(token);
      const turn = chain.last.then(() => take(chain, use));
      chain.last = turn.catch(() => {});
      return turn;
    },
  };
}
