import type { HeldToken } from "../../../packages/behalf/src/lib/tokens/token-entry.ts";

/** A token that somebody received. */
export interface Receipt {
  readonly name: string;
  readonly token: HeldToken;
  /** When it was asked for. */
  readonly calledAt: number;
  /** Whether none was wanted that memory held. */
  readonly force: boolean;
}

/** Watches requests and tokens, and notes what must never be. */
export interface TokenOracle {
  readonly violations: readonly string[];
  /** How many requests are being answered. */
  readonly running: number;
  requestStarted(name: string): void;
  requestEnded(name: string): void;
  /** The server answers with the token, for all who have asked by now. */
  tokenIssued(text: string): void;
  /** There is no other token to be had: what was refused before may be used again. */
  requestFailed(name: string): void;
  tokenReceived(receipt: Receipt): void;
  /** A backend refused the token, and another one can be had. */
  tokenRefused(name: string, text: string): void;
  tokenFound(name: string, text: string): void;
}

const lastSafeMs = 5_000;

/** Creates the oracle, which reads the same clock as what it watches. */
export function createTokenOracle(now: () => number): TokenOracle {
  const violations: string[] = [];
  const running = new Set<string>();
  const refused = new Map<string, Set<string>>();
  const issued = new Map<string, number>();
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
    tokenIssued: (text) => void issued.set(text, now()),
    requestFailed: (name) => void refused.delete(name),
    tokenReceived({ name, token, calledAt, force }) {
      const text = token.value();
      const issuedAt = issued.get(text) ?? Number.NaN;
      blame(!text.startsWith(`${name}.`), `${name} received ${text}`);
      blame(force && token.source === "memory", `${name} received a token of memory, by force`);
      if (token.source === "memory")
        blame(token.entry.expiresAt - calledAt <= lastSafeMs, `${name} received an old token`);
      else blame(!(issuedAt >= calledAt), `${name} received a token that was there before`);
    },
    tokenRefused(name, text) {
      refused.set(name, (refused.get(name) ?? new Set()).add(text));
    },
    tokenFound(name, text) {
      blame(refused.get(name)?.has(text) ?? false, `${text} was refused, and found all the same`);
    },
  };
}
