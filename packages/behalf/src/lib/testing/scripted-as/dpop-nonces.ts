import { randomUUID } from "node:crypto";

/**
 * What the server wants of nonces: none; one that stays the same; a new one with each answer, the last two of which are
 * good; or one that is never good enough.
 */
export type NoncePolicy = "none" | "required" | "rotating" | "stuck";

/** How the server treats proofs of possession. */
export interface DpopOptions {
  /** @default "none" */
  readonly nonces?: NoncePolicy;
  /** Answers a request with a proof by a plain bearer token. @default false */
  readonly downgrades?: boolean;
}

/** How the server treats proofs of possession at this moment. */
export interface DpopRules {
  change(changes: DpopOptions): void;
  readonly downgrades: boolean;
  /** Tells whether a proof with this nonce, or with none, is good. */
  accepts(nonce: unknown): boolean;
  /** The nonce that goes out with an answer, if the policy has any. */
  next(): string | undefined;
}

export function createDpopRules(initial: DpopOptions): DpopRules {
  let options = initial;
  let recent: readonly string[] = [randomUUID()];
  const policy = (): NoncePolicy => options.nonces ?? "none";

  return {
    change(changes) {
      options = { ...options, ...changes };
    },
    get downgrades() {
      return options.downgrades ?? false;
    },
    accepts(nonce) {
      if (policy() === "none") return true;
      return policy() !== "stuck" && recent.some((known) => known === nonce);
    },
    next() {
      if (policy() === "none") return undefined;
      if (policy() === "rotating") recent = [randomUUID(), ...recent].slice(0, 2);
      return recent[0];
    },
  };
}
