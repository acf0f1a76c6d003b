import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Places } from "../values/places.ts";
import { NoPlaceError } from "./no-place-error.ts";

/** For whom a server is asked, and which one. */
export interface PlacedQuestion {
  readonly places: Places;
  /** Whose share of the places is used. */
  readonly party: string;
  /** The URL that an error names. */
  readonly url: string;
  /** The client that asks. */
  readonly client: string;
  readonly signal: AbortSignal;
}

/** How long whoever finds no place is to stay away. */
const retryAfterMs = 1_000;

/**
 * Asks a server when there is a place for the question.
 *
 * @throws {TokenUnreachableError} when there is none in time: the server has not been asked
 */
export async function askInPlace<answer>(
  { places, party, url, client, signal }: PlacedQuestion,
  ask: () => Promise<answer>,
): Promise<answer> {
  const leave = await places.take(party, signal);
  if (!leave) {
    const cause = new NoPlaceError();
    throw new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREACHABLE", url, client, retryAfterMs, cause });
  }
  try {
    return await ask();
  } finally {
    leave();
  }
}
