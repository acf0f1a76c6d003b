import { reduceCause } from "../../errors/reduce-cause.ts";

/** Names what went wrong with a store, by no more than a code or a name: the code tells more, and stands in the cause of ours. */
export function nameFailure(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const { code, name } = reduceCause(
    typeof cause === "object" && cause !== null ? Object.assign(new Error(), cause) : error,
  );
  return code ?? name;
}
