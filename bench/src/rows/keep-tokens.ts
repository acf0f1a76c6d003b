/** A token, as somebody who keeps it by hand does. */
export interface KeptToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** Tokens in a map, requested once for all who wait: what many write by hand, at its best. */
export interface KeptTokens {
  /** The token at once where it is kept, or a promise. */
  get(key: string): string | Promise<string>;
  /** Forgets a token that was refused, if it is still the one that is kept. */
  forget(key: string, token: string): void;
}

/** Keeps what `request` gives. */
export function keepTokens(request: (key: string) => Promise<KeptToken>): KeptTokens {
  const kept = new Map<string, KeptToken>();
  const flights = new Map<string, Promise<string>>();

  async function start(key: string): Promise<string> {
    try {
      const made = await request(key);
      kept.set(key, made);
      return made.token;
    } finally {
      flights.delete(key);
    }
  }

  return {
    get(key) {
      const found = kept.get(key);
      if (found && Date.now() < found.expiresAt) return found.token;
      const flight = flights.get(key) ?? start(key);
      flights.set(key, flight);
      return flight;
    },
    forget(key, token) {
      if (kept.get(key)?.token === token) kept.delete(key);
    },
  };
}
