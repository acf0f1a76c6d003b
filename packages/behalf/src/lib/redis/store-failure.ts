import { type ReducedCause, reduceCause } from "../errors/reduce-cause.ts";

/** The words that servers put before an error. What follows them can name keys. */
const replyCodes: ReadonlySet<string> = new Set(
  `ASK BUSY CLUSTERDOWN CROSSSLOT ERR LOADING MASTERDOWN MISCONF MOVED NOAUTH NOPERM NOREPLICAS NOSCRIPT OOM READONLY TRYAGAIN
  UNKILLABLE WRONGPASS WRONGTYPE`.split(/\s+/),
);

function readReplyCode(error: unknown): string | undefined {
  const [word = ""] = error instanceof Error ? error.message.split(" ", 1) : [];
  return replyCodes.has(word) ? word : undefined;
}

function toCause(error: unknown): ReducedCause {
  const cause = reduceCause(error);
  const code = cause.code ?? readReplyCode(error);
  return code === undefined ? cause : { ...cause, code };
}

/** What the store was asked, as its errors say it. */
export type StoreWord = "read" | "write" | "replace" | "remove" | "enlist" | "list" | "publish" | "subscribe";

/** An error of the store. Errors of clients carry the command with its names and texts: only a name and a code is kept. */
export function toStoreFailure(asked: StoreWord, error: unknown): Error {
  const cause = toCause(error);
  return new Error(`The shared store failed to ${asked} (${cause.code ?? cause.name}).`, { cause });
}
