import { TokenRefusedError } from "../../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import { repeatError } from "../../oauth/repeat-error.ts";
import type { IssuedToken } from "../../oauth/token-request.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import type { Secret } from "../../values/secret.ts";

/** Why a chain is not used for a while, or ever. */
export interface ChainEnd {
  readonly error: TokenRefusedError | TokenUnreachableError;
  readonly until: number;
}

/** A refresh token and its successors, as this process knows them. */
export interface Chain {
  /** Names the chain: the digest of the first of its tokens that is known of. */
  readonly id: string;
  /** Whether other processes were asked which chain it is. */
  readonly met: boolean;
  newest: ActorToken;
  /** How many tokens came before the newest one, as far as processes have told. */
  number: number;
  /** The last use, which the next one waits for. */
  last: Promise<unknown>;
  ended: ChainEnd | undefined;
}

/** Why a chain may not be used, as an error says it. */
export type ChainBar = "BEHALF_SHARED_STORE_AWAY" | "BEHALF_REFRESH_TOKEN_LOST";

/** What a use has to do with other processes. */
export interface ChainSharing<found> {
  /** Whether the server takes a refresh token more than once: nothing is lost then by a use without the others' knowledge. */
  readonly reusable: boolean;
  /** @throws {TokenUnreachableError} when its turn came too late */
  assertInTime(): void;
  /** What another process was given by the chain, where that will do. */
  find(): Promise<found | undefined>;
  /** Shares what was given, before others get their turn. */
  share(issued: IssuedToken): Promise<unknown>;
  /** Is told when a successor is not known to other processes yet. */
  late(): void;
  toError(bar: ChainBar): TokenUnreachableError;
}

/** What is done with the newest token of a chain. */
export interface ChainUse<found = never> {
  ask(newest: ActorToken): Promise<IssuedToken>;
  /** Is told the successor before the next use begins: an older one is never kept after a newer one. It does not throw. */
  keep(successor: Secret): Promise<void>;
  /** For chains that processes share. */
  readonly sharing?: ChainSharing<found>;
}

const refusedForMs = 10_000;

/** Whether a token may be spent though nobody has its successor. */
export const isLost = (error: unknown): error is TokenUnreachableError =>
  error instanceof TokenUnreachableError && error.code === "BEHALF_REFRESH_TOKEN_LOST";

/** The end of a chain whose newest token may be spent. */
export const toLostEnd = (error: TokenUnreachableError): ChainEnd => ({ error, until: Number.POSITIVE_INFINITY });

function toEnd(error: unknown, now: number): ChainEnd | undefined {
  if (isLost(error)) return toLostEnd(error);
  const refused = error instanceof TokenRefusedError && error.error === "invalid_grant";
  return refused ? { error, until: now + refusedForMs } : undefined;
}

const repeatEnd = ({ error }: ChainEnd): Error =>
  error instanceof TokenUnreachableError ? repeatError(error, {}) : repeatError(error, {});

/** @throws what ended the chain, while that lasts */
export function assertNotEnded({ ended }: Chain, now: Now): void {
  if (ended && now() < ended.until) throw repeatEnd(ended);
}

/** Asks with the newest token, and notes when that ends the chain. */
export async function askNewest(chain: Chain, use: Pick<ChainUse, "ask">, now: Now): Promise<IssuedToken> {
  assertNotEnded(chain, now);
  try {
    const issued = await use.ask(chain.newest);
    chain.ended = undefined;
    return issued;
  } catch (error) {
    chain.ended = toEnd(error, now());
    throw error;
  }
}
