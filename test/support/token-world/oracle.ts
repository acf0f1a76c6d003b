import type { HeldToken } from "../../../packages/behalf/src/lib/tokens/token-entry.ts";

/** A token that somebody received. */
export interface Receipt {
  readonly name: string;
  readonly token: HeldToken;
  /** When it was asked for. */
  readonly calledAt: number;
}

/** Watches requests and tokens, and notes what must never be. */
export interface TokenOracle {
  readonly violations: readonly string[];
  /** How many requests are being answered. */
  readonly running: number;
  requestStarted(name: string): void;
  requestEnded(name: string): void;
  /** There is no other token to be had: what was refused before may be used again. */
  requestFailed(name: string): void;
  tokenReceived(receipt: Receipt): void;
  /** A backend refused the token, and another one can be had. */
  tokenRefused(name: string, text: string): void;
  tokenFound(name: string, text: string): void;
}

const lastSafeMs = 5_000;

export function createTokenOracle(): TokenOracle {
  const violations: string[] = [];
  const running = new Set<string>();
  const refused = new Map<string, Set<string>>();
  const blame = (wrong: boolean, what: string): void => void (wrong && violations.push(what));

  return {
    violations,
    get running() {
      return running.size;
    },
    requestStarted(name) {
      blame(running.has(name), `two requests run for ${name}`);
      running.add(name);
    },
    requestEnded: (name) => void running.delete(name),
    requestFailed: (name) => void refused.delete(name),
    tokenReceived({ name, token, calledAt }) {
      const { expiresAt, fetchedAt } = token.entry;
      blame(!token.value().startsWith(`${name}.`), `${name} received ${token.value()}`);
      if (token.source === "memory") blame(expiresAt - calledAt <= lastSafeMs, `${name} received an old token`);
      else blame(fetchedAt < calledAt, `${name} received a token that was there before`);
    },
    tokenRefused(name, text) {
      refused.set(name, (refused.get(name) ?? new Set()).add(text));
    },
    tokenFound(name, text) {
      blame(refused.get(name)?.has(text) ?? false, `${text} was refused, and found all the same`);
    },
  };
}
