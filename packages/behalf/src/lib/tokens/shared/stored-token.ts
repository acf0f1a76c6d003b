import { ActorToken } from "../../values/actor-token.ts";
import type { TokenLife } from "../renewal.ts";
import { parseMembers } from "./parse-members.ts";

/** A token as it is stored, with what the process that fetched it knows of its life. */
export interface StoredToken extends TokenLife {
  readonly token: ActorToken;
  /** With how much left it is to be renewed, in milliseconds; 0 where no renewal can bring a longer life. */
  readonly renewLeftMs: number;
}

/** Why what is stored is not used. */
export type StoredProblem = "malformed" | "version";

const version = 1;

/** Writes a token as text. */
export function writeStoredToken({ token, fetchedAt, expiresAt, renewLeftMs }: StoredToken): string {
  return JSON.stringify({ version, token: token.value(), fetchedAt, expiresAt, renewLeftMs });
}

const isInstant = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value);

function toToken(value: unknown): ActorToken | undefined {
  try {
    return typeof value === "string" ? new ActorToken(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a token; what a later version of this format wrote is not read. */
export function readStoredToken(text: string): StoredToken | StoredProblem {
  const { version: written, fetchedAt, expiresAt, renewLeftMs, token: tokenText } = parseMembers(text);
  if (written !== version) return typeof written === "number" ? "version" : "malformed";
  const token = toToken(tokenText);
  if (!token || !isInstant(fetchedAt) || !isInstant(expiresAt) || !isInstant(renewLeftMs)) return "malformed";
  if (expiresAt <= fetchedAt || renewLeftMs < 0) return "malformed";
  return { token, fetchedAt, expiresAt, renewLeftMs };
}
