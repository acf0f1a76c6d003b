import type { TokenRefusedError } from "../../errors/token-refused-error.ts";
import type { Errand } from "../errand.ts";
import { toLastingMs } from "../failure-class.ts";
import type { SharedLevel } from "./shared-level.ts";
import { readRefusal, writeRefusal } from "./stored-refusal.ts";

/** The right to ask for a token, one process at a time. */
export interface TokenLock {
  readonly name: string;
  readonly holder: string;
}

/**
 * What came of an attempt to take a lock: it is ours, perhaps ours, or another's. Who held it before may have left a note: that
 * the authorization server refused the token, or that each should ask for itself.
 */
export type Attempt =
  | { readonly state: "held" | "unsure"; readonly lock: TokenLock }
  | { readonly state: "taken" | "alone" }
  | { readonly state: "refused"; readonly error: TokenRefusedError };

/** How the holder of a lock fared. */
export type Ending =
  | { readonly state: "shared" | "abandoned" | "alone" }
  | { readonly state: "failed"; readonly error: unknown };

/** The locks of tokens. */
export interface TokenLocks {
  take(errand: Errand): Promise<Attempt>;
  /** Lets go of a lock, or leaves a note in its place for a while. */
  release(lock: TokenLock, ending: Ending): Promise<void>;
}

/** What the crash of a process costs the others at most, in milliseconds. */
const lockLivesMs = 2_500;
const aloneForMs = 2_000;
const alone = JSON.stringify({ version: 1, alone: true });

interface Note {
  readonly text: string;
  readonly livesMs: number;
}

function toNote(ending: Ending): Note | undefined {
  if (ending.state === "shared" || ending.state === "abandoned") return undefined;
  const refusal = ending.state === "failed" ? writeRefusal(ending.error) : undefined;
  if (refusal === undefined || ending.state !== "failed") return { text: alone, livesMs: aloneForMs };
  return { text: refusal, livesMs: toLastingMs(ending.error) };
}

/** Creates the locks of the tokens in a shared store. */
export function createTokenLocks({ store, seal }: Pick<SharedLevel, "store" | "seal">): TokenLocks {
  const readNote = (name: string, text: string | undefined, errand: Errand): Attempt => {
    const note = text === undefined ? undefined : seal.open(name, text);
    if (note === undefined) return { state: "taken" };
    const error = readRefusal(note, errand);
    return error ? { state: "refused", error } : { state: "alone" };
  };

  return {
    async take(errand) {
      const lock = { name: seal.nameOf("lock", errand.key), holder: crypto.randomUUID() };
      const change = { expected: undefined, text: lock.holder, livesMs: lockLivesMs };
      // A client that sends its command anew over another connection is told of what it wrote itself.
      const answer = await store.ask(
        async (present) => ((await present.replace(lock.name, change)) ? lock.holder : await present.read(lock.name)),
        "write",
      );
      if (!answer) return { state: "unsure", lock };
      return answer.value === lock.holder ? { state: "held", lock } : readNote(lock.name, answer.value, errand);
    },
    async release({ name, holder }, ending) {
      const note = toNote(ending);
      await store.ask(
        (present) =>
          note
            ? present.replace(name, { expected: holder, text: seal.seal(name, note.text), livesMs: note.livesMs })
            : present.remove(name, holder),
        note ? "write" : "read",
      );
    },
  };
}
