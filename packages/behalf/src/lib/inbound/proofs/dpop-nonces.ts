import { createHmac, randomBytes } from "node:crypto";
import type { Now } from "../../values/clock.ts";
import { isSameText } from "./is-same-text.ts";

/** Nonces for proofs, which show that a proof is not older than its nonce (RFC 9449 section 9). */
export interface DpopNonces {
  /** Gives the nonce of the present. */
  issue(): string;
  /** Whether the nonce is of this secret, and not too old. */
  accepts(nonce: string): boolean;
  /** Whether an accepted nonce has half of its life before it; else the answer brings a newer one. */
  fresh(nonce: string): boolean;
}

/** What nonces are made of. */
export interface DpopNoncesOptions {
  readonly now: Now;
  /** At least 32 bytes, the same for all processes that accept each other's nonces. @default random, of this object alone */
  readonly secret?: Uint8Array | undefined;
}

const lifeMs = 300_000;
const turnMs = 10_000;
/** How far the clock of a process that shares the secret may be ahead. */
const toleranceMs = 30_000;
const leastBytes = 32;
const nonceText = /^([0-9a-z]{1,9})\.[\w-]{43}$/;

/** The ten seconds that a nonce says it is of; `NaN` for what is no nonce. */
const readTurn = (nonce: string): number => Number.parseInt(nonceText.exec(nonce)?.[1] ?? "", 36);

/**
 * Creates nonces that need no memory: the present ten seconds, and their HMAC-SHA-256.
 *
 * @throws {TypeError} when the secret is too short
 */
export function createDpopNonces({ now, secret = randomBytes(leastBytes) }: DpopNoncesOptions): DpopNonces {
  if (secret.length < leastBytes) throw new TypeError(`The secret of nonces has at least ${leastBytes} bytes.`);
  let latest = { turn: Number.NaN, nonce: "" };

  function make(turn: number): string {
    if (latest.turn === turn) return latest.nonce;
    const name = turn.toString(36);
    return `${name}.${createHmac("sha256", secret).update(`behalf/dpop-nonce/v1 ${name}`).digest("base64url")}`;
  }

  /** How long ago a turn began. */
  const ageOf = (turn: number): number => now() - turn * turnMs;

  return {
    issue() {
      const turn = Math.floor(now() / turnMs);
      latest = { turn, nonce: make(turn) };
      return latest.nonce;
    },
    accepts(nonce) {
      const turn = readTurn(nonce);
      const age = ageOf(turn);
      return age < lifeMs && age >= -toleranceMs && isSameText(nonce, make(turn));
    },
    fresh: (nonce) => ageOf(readTurn(nonce)) < lifeMs / 2,
  };
}
