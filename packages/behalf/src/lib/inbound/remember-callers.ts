import { LRUCache } from "lru-cache";
import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import type { Authenticator } from "./jwt-authenticator.ts";

/** Validates tokens, and knows those that it validated. */
export interface RememberingAuthenticator {
  /** The caller, when its token was validated before and has not expired. */
  recall(token: ActorToken): Caller | undefined;
  validate: Authenticator;
}

const mostCallers = 10_000;

/** Remembers the callers of one authenticator, by the digest of their tokens: no token is a key. */
export function rememberCallers(authenticate: Authenticator, now: Now): RememberingAuthenticator {
  const callers = new LRUCache<string, Caller>({ max: mostCallers });
  return {
    recall(token) {
      const caller = callers.get(token.digest());
      return caller && now() < caller.expiresAt ? caller : undefined;
    },
    async validate(token) {
      const caller = await authenticate(token);
      callers.set(token.digest(), caller);
      return caller;
    },
  };
}
