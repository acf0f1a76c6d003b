import { LRUCache } from "lru-cache";
import type { Now } from "../values/clock.ts";
import { type Errand, type ErrandOptions, type Parties, toErrand } from "./errand.ts";
import { isTokenError, toLastingMs } from "./failure-class.ts";
import type { KeyFailures } from "./key-failures.ts";
import type { RefreshChains } from "./refresh-chains.ts";
import { toRetryLeft } from "./renewal.ts";
import type { TokenEntry } from "./token-entry.ts";
import type { TokenTarget } from "./token-target.ts";

/** Renewals of tokens that are good still, started by those who use them. */
export interface BackgroundRenewals {
  /** Keeps by what a token was had, for the renewals of those like it. */
  remember(errand: Errand): void;
  /** Renews a token that is in use. Until it is known how that went, no other renewal is started for it. */
  start(entry: TokenEntry, target: TokenTarget, parties: Parties): void;
}

/** What renewals work with. */
export interface BackgroundOptions {
  /** Fetches a token, and puts it in the place of the one before. */
  readonly fly: (errand: Errand) => Promise<unknown>;
  readonly keys: KeyFailures;
  readonly chains: RefreshChains;
  /** Runs work that belongs to no request. */
  readonly outside: <result>(work: () => result) => result;
  readonly now: Now;
}

type Means = Pick<ErrandOptions, "proofs" | "firstProofs" | "keep">;

const mostTargets = 10_000;

/** What keeps a refresh token's successor belongs to its source, not to all tokens of the target. */
const toMeansKey = (target: TokenTarget, tokenKey: string): string =>
  target.grantType === "refreshToken" ? tokenKey : target.key;

/** For how long a failure keeps renewals away, at least; what is no server's failure, as long as a refusal. */
const toFailureMs = (error: unknown): number => toLastingMs(isTokenError(error) ? error : undefined);

/**
 * Creates the renewals of a token service. No timer runs: a token that nobody uses is not renewed.
 *
 * A renewal that fails changes nothing but the time of the next one.
 */
export function createBackgroundRenewals({ fly, keys, chains, outside, now }: BackgroundOptions): BackgroundRenewals {
  const means = new LRUCache<string, Means>({ max: mostTargets });

  const renew = async (entry: TokenEntry, errand: Errand): Promise<void> => {
    let failureMs = toFailureMs(undefined);
    try {
      const failure = keys.find(errand);
      if (failure) throw failure;
      await fly(errand);
    } catch (error) {
      failureMs = toFailureMs(error);
    }
    entry.renewLeftMs = toRetryLeft(entry, { now: now(), failureMs, chance: Math.random() });
  };

  return {
    remember({ target, key, proofs, firstProofs, keep }) {
      means.set(toMeansKey(target, key), { proofs, firstProofs, keep });
    },
    start(entry, target, { subject, actor }) {
      entry.renewLeftMs = 0;
      const known = means.get(toMeansKey(target, entry.key));
      if (!known) return;
      const errand = toErrand(target, { ...known, subject, actor }, chains);
      void outside(() => renew(entry, { ...errand, inBackground: true }));
    },
  };
}
