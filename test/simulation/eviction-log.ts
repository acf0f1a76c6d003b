import type { TokenEviction } from "../../packages/behalf/src/lib/tokens/eviction/token-eviction.ts";
import type { Now } from "../../packages/behalf/src/lib/values/clock.ts";
import { digest } from "../../packages/behalf/src/lib/values/digest.ts";
import type { Offer } from "./offers.ts";
import type { SimulatedServer } from "./simulated-server.ts";
import { toSubject } from "./users.ts";

/** Which tokens are evicted: those of a user, of a service, of a user at a service, of a tenant, or all. */
export interface EvictedTokens {
  readonly user?: number;
  readonly service?: string;
  readonly tenant?: string;
}

/** All evictions, and what the server had given by then. */
export interface EvictionLog {
  readonly all: readonly TokenEviction[];
  add(what: EvictedTokens): TokenEviction;
  /** The number of the last token that was evicted, of those that a user, or this API, may have of an offer. */
  upTo(offer: Offer, user: number | undefined): number;
}

const toPlace = ({ user, service, tenant }: EvictedTokens): string => `${user ?? ""} ${service ?? ""} ${tenant ?? ""}`;

/** Creates the log. */
export function createEvictionLog(server: SimulatedServer, now: Now): EvictionLog {
  const all: TokenEviction[] = [];
  const numbers = new Map<string, number>();

  return {
    all,
    add(what) {
      const { user, service, tenant } = what;
      const subject = user === undefined ? undefined : digest(toSubject(user));
      const eviction = { subject, service, tenant, at: now() };
      all.push(eviction);
      numbers.set(toPlace(what), server.minted);
      return eviction;
    },
    upTo({ service, tenant }, user) {
      const ofUser = user === undefined ? [] : [{ user }, { user, service }];
      return [{}, { service }, { tenant }, ...ofUser].reduce(
        (most, what) => Math.max(most, numbers.get(toPlace(what)) ?? 0),
        0,
      );
    },
  };
}
