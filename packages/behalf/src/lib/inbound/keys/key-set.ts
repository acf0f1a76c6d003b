import type { JWSHeaderParameters } from "jose";
import { type KeyCandidate, type PublishedKey, toKeyCandidate, toPublishedKey } from "./published-key.ts";
import type { VerificationKey } from "./verification-keys.ts";

/** Found keys: at once where the same was looked for before, and where no key has the id. */
type Found = readonly VerificationKey[] | Promise<readonly VerificationKey[]>;

/** The usable keys that were published at one time. */
export interface KeySet {
  readonly size: number;
  find(header: JWSHeaderParameters): Found;
  /** Gives a key that is the same in all that matters. */
  recall(identity: string): PublishedKey | undefined;
  /** Withdraws the keys that the newer set came without, and says how many. */
  giveWayTo(newer: KeySet): number;
}

const mostKeys = 100;
const mostCandidates = 8;

/** No keys. */
export const none: readonly VerificationKey[] = Object.freeze([]);

/** The keys of one id, or all: what fits an algorithm is looked for once. */
function createGroup(members: readonly PublishedKey[]): (algorithm: string) => Found {
  const known = new Map<string, readonly VerificationKey[]>();
  const look = async (algorithm: string): Promise<readonly VerificationKey[]> => {
    const found: VerificationKey[] = [];
    for (const member of members) {
      const fitting = await member.fit(algorithm);
      if (fitting) found.push(fitting);
      if (found.length === mostCandidates) break;
    }
    if (found.length > 0) known.set(algorithm, Object.freeze(found));
    return found;
  };
  return (algorithm) => known.get(algorithm) ?? look(algorithm);
}

function toKeySet(keys: readonly PublishedKey[]): KeySet {
  const byIdentity = new Map(keys.map((key) => [key.identity, key]));
  const all = createGroup(keys);
  const byKid = new Map<unknown, (algorithm: string) => Found>();
  for (const { kid } of keys) {
    if (kid !== undefined && !byKid.has(kid)) byKid.set(kid, createGroup(keys.filter((key) => key.kid === kid)));
  }
  return {
    size: keys.length,
    find({ alg, kid }) {
      if (typeof alg !== "string") return none;
      const group = kid === undefined ? all : byKid.get(kid);
      return group ? group(alg) : none;
    },
    recall: (identity) => byIdentity.get(identity),
    giveWayTo(newer) {
      const withdrawn = keys.filter(({ identity }) => !newer.recall(identity));
      for (const key of withdrawn) key.withdraw();
      return withdrawn.length;
    },
  };
}

/**
 * Makes a set of the keys that can be used, a hundred at most: the others are skipped. Those that are in the earlier set
 * already are taken from there.
 */
export async function createKeySet(members: readonly unknown[], earlier?: KeySet): Promise<KeySet> {
  const candidates = new Map<string, KeyCandidate>();
  for (const member of members) {
    const candidate = toKeyCandidate(member);
    if (candidate) candidates.set(candidate.identity, candidate);
    if (candidates.size === mostKeys) break;
  }
  const keys = await Promise.all(
    [...candidates.values()].map((candidate) => earlier?.recall(candidate.identity) ?? toPublishedKey(candidate)),
  );
  return toKeySet(keys.filter((key) => key !== undefined));
}
