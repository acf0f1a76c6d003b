import type { StoreRecord } from "../../diagnostics/records.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import { RefreshToken } from "../../values/refresh-token.ts";
import { parseMembers } from "../shared/parse-members.ts";

/** The end of a chain, as processes tell it one another. */
export interface StoredChain {
  /** How many tokens came before the newest one, as far as processes have told. */
  readonly number: number;
  readonly newest: ActorToken;
  /** Whether the newest one was sent, and its answer was lost. */
  readonly lost: boolean;
}

const version = 1;

/** Writes a chain as text. */
export function writeStoredChain({ number, newest, lost }: StoredChain): string {
  return JSON.stringify({ version, number, token: newest.value(), lost });
}

function toToken(value: unknown): RefreshToken | undefined {
  try {
    return typeof value === "string" ? new RefreshToken(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a chain; what a later version of this format wrote is not read. */
export function readStoredChain(text: string): StoredChain | Exclude<StoreRecord["problem"], "foreign"> {
  const { version: written, number, token, lost } = parseMembers(text);
  if (written !== version) return typeof written === "number" ? "version" : "malformed";
  const newest = toToken(token);
  if (!newest || typeof number !== "number" || !Number.isSafeInteger(number)) return "malformed";
  return { number, newest, lost: lost === true };
}
