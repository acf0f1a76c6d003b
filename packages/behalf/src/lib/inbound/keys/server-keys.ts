import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { MetadataSource } from "../../oauth/metadata-source.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";
import type { Now } from "../../values/clock.ts";
import { createFetchedKeys } from "./fetched-keys.ts";
import type { KeySet } from "./key-set.ts";
import type { VerificationKeys } from "./verification-keys.ts";

/** What an issuer's keys are fetched with, and how often. */
export interface ServerKeysOptions {
  readonly metadata: MetadataSource;
  readonly fetch: ServerFetch;
  /** The least time between two fetches for keys that are not known, in milliseconds, whether they succeed or fail. */
  readonly cooldownMs: number;
  readonly now: Now;
  /** Told when the keys change, and when the answer holds none. @default nobody */
  readonly diagnostics?: Diagnostics | undefined;
  /** How long one fetch may take with the metadata it needs, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

const freshForMs = 600_000;
const freshAfterFailureMs = 60_000;
const idleAfterMs = 600_000;
const failureLastsMs = 2_000;

/**
 * Creates the keys that an issuer publishes.
 *
 * Nothing is fetched before the first use, and one fetch serves all who wait. A key that is not known is looked for once in
 * a cool-down, which runs from the start of the fetch; a server that answers 429 is left alone for as long as it says. Every
 * ten minutes of use the keys are fetched anew behind the back of the requests, or, after an idle time, before the first of
 * them; a minute later where that failed. Known keys stay in use until a newer set comes without them: while the server is
 * away, while it answers by a set without any usable key, and while `jwks_uri` has moved to where nobody answers.
 *
 * Where no keys are known, a failure is the answer for two seconds.
 */
export function createServerKeys({ cooldownMs, timeoutMs = 5_000, ...rest }: ServerKeysOptions): VerificationKeys {
  const { now } = rest;
  const fetched = createFetchedKeys({ ...rest, timeoutMs });

  /** A clock that was put back ends a time rather than prolongs it. */
  const isWithin = (startedAt: number, ms: number): boolean => {
    const age = now() - startedAt;
    return age >= 0 && age < ms;
  };

  const coolsDown = (): boolean => {
    const { lastAttempt, known } = fetched;
    if (!lastAttempt) return false;
    const { startedAt, endedAt, error } = lastAttempt;
    const askedForMs = error?.status === 429 ? (error.retryAfterMs ?? 0) : 0;
    if (isWithin(endedAt, askedForMs)) return true;
    return known ? isWithin(startedAt, cooldownMs) : isWithin(endedAt, failureLastsMs);
  };

  const open = async (): Promise<KeySet> => {
    const { lastAttempt } = fetched;
    const { error } = lastAttempt && coolsDown() ? lastAttempt : await fetched.fetch();
    if (fetched.known) return fetched.known;
    throw error;
  };

  /** Starts a fetch where the keys are due for it, and gives it to those who must wait for it. */
  const renew = (): Promise<unknown> | undefined => {
    const { endedAt, error } = fetched.lastAttempt ?? { endedAt: 0, error: undefined };
    const dueAfterMs = error ? freshAfterFailureMs : freshForMs;
    if (isWithin(endedAt, dueAfterMs) || (error && coolsDown())) return undefined;
    const fetching = fetched.fetch();
    return isWithin(endedAt, dueAfterMs + idleAfterMs) ? undefined : fetching;
  };

  return {
    async find(header) {
      if (!fetched.known) await open();
      const renewing = renew();
      if (renewing) await renewing;
      const found = fetched.known?.find(header) ?? [];
      const keys = found instanceof Promise ? await found : found;
      if (keys.length > 0 || (!fetched.fetching && coolsDown())) return keys;
      await fetched.fetch();
      return fetched.known?.find(header) ?? [];
    },
  };
}
