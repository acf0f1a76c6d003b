import { randomUUID } from "node:crypto";

/** The nonces of a backend. Each is good for one request. */
export interface Nonces {
  /** Makes one, to be sent along with an answer. */
  issue(): string;
  /** Tells whether it was issued and not used before; after that it is used. */
  spend(nonce: unknown): boolean;
}

/** Creates the nonces of one backend, without any. */
export function createNonces(): Nonces {
  const unused = new Set<unknown>();
  return {
    issue() {
      const nonce = randomUUID();
      unused.add(nonce);
      return nonce;
    },
    spend: (nonce) => unused.delete(nonce),
  };
}
