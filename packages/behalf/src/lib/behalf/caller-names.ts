import type { RememberedCaller, ValidatedMemory } from "../inbound/remember-validated.ts";
import type { NameParty, PartyNames } from "../tokens/number-parties.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** Whom the tokens of callers stand for that do not say so themselves, for as long as somebody holds them. */
export interface CallerNames {
  readonly nameParty: NameParty;
  /** Gives a memory that takes note of the names of what it is given. */
  noting(memory: ValidatedMemory): ValidatedMemory;
}

/** Creates the names of an instance's callers. */
export function createCallerNames(): CallerNames {
  const known = new WeakMap<ActorToken, PartyNames>();

  const note = ({ validated: { caller, sessionId } }: RememberedCaller): void => {
    const { token, issuer, subject } = caller;
    if (token && !token.isJwt) known.set(token, { issuer, subject, sessionId });
  };

  return {
    nameParty: (token) => known.get(token),
    noting: (memory) => ({
      ...memory,
      remember(authenticator, remembered) {
        note(remembered);
        memory.remember(authenticator, remembered);
      },
    }),
  };
}
