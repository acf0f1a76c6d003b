import type { SharedLevel } from "../shared/shared-level.ts";
import type { SharedStore } from "../shared-store.ts";

/** The right to use a chain, of one process at a time. */
export interface ChainLock {
  /** Whether it lasts for a whole request still: a process may have stood still since it was given. */
  lasts(): boolean;
  /** Has it last for its whole life from now on. */
  prolong(): Promise<unknown>;
  release(): Promise<unknown>;
}

/** A request takes 5 s at most, a question to the store a quarter of a second: what the crash of a process costs at most. */
const livesMs = 7_000;
const requestTakesMs = 5_500;

/** A client that sends its command anew over another connection finds what it wrote itself. */
async function claim(store: SharedStore, name: string, holder: string): Promise<boolean> {
  const claimed = await store.replace(name, { expected: undefined, text: holder, livesMs });
  return claimed || (await store.read(name)) === holder;
}

/**
 * Locks a chain for all processes; `undefined` where the store does not answer.
 *
 * The lock has a name for each key of the ring, and all take them in one order: processes of which some have a new key
 * already keep each other out.
 */
export async function lockChain(
  id: string,
  { store, seal }: Pick<SharedLevel, "store" | "seal">,
): Promise<ChainLock | "taken" | undefined> {
  const names = [...seal.namesOf("lock", `refresh ${id}`)].sort();
  const holder = crypto.randomUUID();
  const lock = (name: string) => store.ask((present) => claim(present, name, holder), "write");
  const release = () => store.ask((present) => Promise.all(names.map((name) => present.remove(name, holder))));
  let lockedAt = performance.now();
  for (const name of names) {
    const answer = await lock(name);
    if (answer?.value) continue;
    void release();
    return answer && "taken";
  }
  return {
    release,
    lasts: () => performance.now() - lockedAt < livesMs - requestTakesMs,
    async prolong() {
      const at = performance.now();
      const change = { expected: holder, text: holder, livesMs };
      const replaceAll = (present: SharedStore) => Promise.all(names.map((name) => present.replace(name, change)));
      const answer = await store.ask(replaceAll, "write");
      if (answer?.value.every(Boolean)) lockedAt = at;
    },
  };
}
