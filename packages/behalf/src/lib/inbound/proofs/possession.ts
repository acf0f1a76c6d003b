import type { RequestContext } from "../../context/request-context.ts";
import type { CallerTokenScheme } from "../../errors/caller-token-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Confirmation } from "./confirmation.ts";

/** A token that is valid, and how it was shown. */
export interface ShownToken {
  readonly token: ActorToken;
  /** `undefined` where it came bare, in a header of its own. */
  readonly scheme: CallerTokenScheme | undefined;
  readonly confirmation: Confirmation | undefined;
}

/** Makes sure that who shows a token may: that it has the key, or the certificate, that the token is bound to. */
export interface PossessionCheck {
  /**
   * Runs on every request. Without anything to prove it waits for nothing.
   *
   * @throws {CallerTokenError} `binding`, `proof`, `replay` or `nonce`
   */
  check(context: RequestContext, shown: ShownToken): undefined | Promise<undefined>;
}

/** Remembers what may be used once. A store that several processes share answers later. */
export interface ReplayStore {
  /**
   * Takes note of the key until then, in epoch milliseconds; `false` when it was noted before, or there is no room, or none for its
   * owner.
   */
  claim(key: string, until: number, owner: string): boolean | Promise<boolean>;
}
