import type { PartyNames } from "../../packages/behalf/src/lib/tokens/number-parties.ts";
import { ActorToken } from "../../packages/behalf/src/lib/values/actor-token.ts";
import { issuer } from "./offers.ts";

/** Gives a user the token of a sign-in. */
export const signIn = (user: number, count: number): ActorToken => new ActorToken(`user-${user}-${count}`);

/** The subject that a user is to those who evict. */
export const toSubject = (user: number): string => `user-${user}`;

/** Tells whose token it is. */
export function nameUser(token: ActorToken): PartyNames {
  const text = token.value();
  return { issuer, subject: text.slice(0, text.lastIndexOf("-")), sessionId: undefined };
}
