/** The `act` claim: the party that acts, and the one that acted before it. */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor;
}

/**
 * Which token is to carry which `act` claim, from the exchange that makes the token to the moment it is signed.
 *
 * `oidc-provider` overwrites extra claims given to a token's constructor, and asks for them by token instead.
 */
export type ActingParties = WeakMap<object, Actor>;
