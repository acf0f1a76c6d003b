import type { RememberedCaller, ValidatedMemory } from "../inbound/remember-validated.ts";
import type { NameParty, PartyNames } from "../tokens/number-parties.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** Whom the tokens of callers stand for that do not say so themselves, for as long as somebody holds them. */
export interface CallerNames {
  readonly nameParty: NameParty;
  /** Takes note of whom a token stands for. */
  note(token: ActorToken, names: PartyNames): void;
  /** Until when a token that does not say when it was issued was good, in epoch milliseconds; `undefined` where nobody was asked. */
  goodAt(token: ActorToken): number | undefined;
  /** Gives a memory that takes note of the names of what it is given. */
  noting(memory: ValidatedMemory): ValidatedMemory;
}

/** Creates the names of an instance's callers. */
export function createCallerNames(): CallerNames {
  const known = new WeakMap<ActorToken, PartyNames>();
  const askedAt = new WeakMap<ActorToken, number>();

  /** A JWT whose signature was verified here says it itself; of any other token, somebody was asked. */
  const noteCaller = ({ validated: { caller, sessionId, issuedAt, key } }: RememberedCaller): void => {
    const { token, issuer, subject } = caller;
    if (!token || key !== undefined) return;
    known.set(token, { issuer, subject, sessionId });
    if (issuedAt !== undefined) askedAt.set(token, issuedAt);
  };

  return {
    nameParty: (token) => known.get(token),
    goodAt: (token) => askedAt.get(token),
    note: (token, names) => void known.set(token, names),
    noting: (memory) => ({
      recall: (authenticator, text) => memory.recall(authenticator, text),
      remember(authenticator, remembered) {
        noteCaller(remembered);
        memory.remember(authenticator, remembered);
      },
      stats: () => memory.stats(),
    }),
  };
}
