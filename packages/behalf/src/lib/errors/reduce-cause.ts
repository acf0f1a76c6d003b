/** What is kept of an error below ours: it can carry whole bodies, so only its name and code. */
export interface ReducedCause {
  readonly name: string;
  readonly code?: string;
}

const identifier = /^[A-Za-z0-9_]{1,64}$/;

const readWord = (value: unknown): string | undefined =>
  typeof value === "string" && identifier.test(value) ? value : undefined;

/** Reduces an error of another library to its name and code. */
export function reduceCause(error: unknown): ReducedCause {
  if (!(error instanceof Error)) return { name: typeof error };
  const name = readWord(error.name) ?? "Error";
  const code = "code" in error ? readWord(error.code) : undefined;
  if (code) return { name, code };
  return error.cause instanceof Error ? { ...reduceCause(error.cause), name } : { name };
}
