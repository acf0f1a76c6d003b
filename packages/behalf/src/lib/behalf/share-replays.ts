import type { ReplayStore } from "../inbound/proofs/possession.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import type { Now } from "../values/clock.ts";
import type { SharedParts } from "./connect-store.ts";

/** What replays are shared through. */
export interface ReplaySharing {
  readonly shared: SharedParts | undefined;
  readonly now: Now;
}

/** The clocks of processes differ: what has ended by one's has not by another's. */
const marginMs = 10_000;

/** A claim, and what the store has said of it so far. */
interface Claim {
  /** Names the key; under the first name it is written. */
  readonly names: readonly [string, ...string[]];
  readonly livesMs: number;
  refused: boolean;
}

async function claimIn(store: SharedStore, claim: Claim): Promise<void> {
  const [name, ...others] = claim.names;
  const text = crypto.randomUUID();
  const [kept, ...known] = await Promise.all([
    store.replace(name, { expected: undefined, text, livesMs: claim.livesMs }),
    ...others.map((other) => store.read(other)),
  ]);
  const knownBefore = known.some((one) => one !== undefined);
  claim.refused = !kept || knownBefore;
  // A client that sends its command anew over another connection finds what it wrote itself.
  if (!kept) claim.refused = (await store.read(name)) !== text || knownBefore;
}

/**
 * Lets processes that share a store refuse what one of them has seen. What this process knows is refused without a question.
 * Where the store does not answer in time, what this process knows is all that counts.
 */
export function shareReplays(local: ReplayStore, { shared, now }: ReplaySharing): ReplayStore {
  if (!shared) return local;
  const { store, seal } = shared;

  async function claimShared(key: string, until: number): Promise<boolean> {
    const claim = { names: seal.namesOf("proof", key), livesMs: until - now() + marginMs, refused: false };
    await store.ask((present) => claimIn(present, claim), "write");
    return !claim.refused;
  }

  return {
    claim(key, until, owner) {
      const first = local.claim(key, until, owner);
      if (first === false) return false;
      return Promise.resolve(first).then((isFirst) => isFirst && claimShared(key, until));
    },
  };
}
