import { randomUUID } from "node:crypto";

/**
 * What the backend wants for a nonce: `none`; `required` is one for ever; `rotating` is another with each answer, of
 * which only the latest is taken; `stuck` is one that is asked for again however often it is sent.
 */
export type NonceMode = "none" | "required" | "rotating" | "stuck";

/** The nonce of one request and of its answer. */
export interface NonceTurn {
  isGood(nonce: unknown): boolean;
  /** To be sent with a challenge. */
  readonly challenged: Readonly<Record<string, string>>;
  /** To be sent with any other answer. */
  readonly answered: Readonly<Record<string, string>>;
}

/** Starts the turn of each request as it arrives, so that of two at the same time only one has the latest nonce. */
export function createNonceTurns(mode: NonceMode): () => NonceTurn {
  let current: string = randomUUID();

  return () => {
    const expected = current;
    if (mode === "rotating") current = randomUUID();
    const offered = { "dpop-nonce": current };
    return {
      isGood: (nonce) => mode === "none" || (mode !== "stuck" && nonce === expected),
      challenged: offered,
      answered: mode === "rotating" ? offered : {},
    };
  };
}
