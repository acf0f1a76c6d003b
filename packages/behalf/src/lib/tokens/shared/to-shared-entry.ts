import type { Errand } from "../errand.ts";
import { toDelegatedEnd, toSubjectEnd } from "../fetch-entry.ts";
import type { PartyNumbers } from "../number-parties.ts";
import { TokenEntry } from "../token-entry.ts";
import type { StoredToken } from "./stored-token.ts";

/** When and by whom a stored token was found. */
export interface Finding {
  /** For how many milliseconds more the store keeps it. */
  readonly leftMs: number;
  readonly now: number;
  readonly party: PartyNumbers;
}

/**
 * Makes an entry of what another process has stored. The clocks of the two may differ: the store has counted the life of the
 * token by its own, so that it is neither younger nor longer here than it is there. What bounds the life of a token that is
 * fetched bounds this one.
 */
export function toSharedEntry(errand: Errand, stored: StoredToken, { leftMs, now, party }: Finding): TokenEntry {
  const agesMs = Math.max(0, stored.expiresAt - stored.fetchedAt - leftMs);
  const fetchedAt = Math.min(stored.fetchedAt, now - agesMs);
  const ownEnd = Math.min(stored.expiresAt, now + leftMs, toDelegatedEnd(errand, fetchedAt));
  const subjectEnd = toSubjectEnd(errand);
  return new TokenEntry(stored.token, {
    key: errand.key,
    target: errand.target,
    partyKey: errand.partyKey,
    party,
    fetchedAt,
    expiresAt: Math.min(ownEnd, subjectEnd),
    renewLeftMs: subjectEnd <= ownEnd ? 0 : stored.renewLeftMs,
    binding: errand.proofs.binding,
  });
}
