import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import { reduceCause } from "../../errors/reduce-cause.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import { type KeysRequest, requestKeys } from "./request-keys.ts";

/** One fetch of the keys, when it is over. */
export interface Attempt {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why no newer keys came; `undefined` when they did. */
  readonly error: TokenUnreachableError | undefined;
}

/** The keys that were fetched last. */
export interface FetchedKeys {
  /** `undefined` until some came. */
  readonly known: KeySet | undefined;
  readonly lastAttempt: Attempt | undefined;
  /** Whether a fetch is under way. */
  readonly fetching: boolean;
  /** Fetches the keys, or waits for the fetch that is under way. It does not fail: what failed is the attempt. */
  fetch(): Promise<Attempt>;
}

/** What keys are fetched with. */
export interface FetchedKeysOptions extends KeysRequest {
  readonly diagnostics?: Diagnostics | undefined;
}

type Detail = Readonly<Record<string, string | number | undefined>>;

function toError(error: unknown, url: string): TokenUnreachableError {
  if (error instanceof TokenUnreachableError) return error;
  return new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREADABLE", url, client: "-", cause: reduceCause(error) });
}

/** Tells what the watch of the server does not see: that the keys changed, and that an answer holds none. */
function createTeller({ metadata, diagnostics }: FetchedKeysOptions) {
  const tell = (state: string, detail: Detail, failed: boolean): void =>
    diagnostics?.publish("behalf:state", (instance) => ({ instance, what: metadata.authority, state, detail }), failed);
  return {
    changed(added: number, withdrawn: number): void {
      if (added + withdrawn > 0) tell("keysChanged", { added, withdrawn }, false);
    },
    failed({ code, status }: TokenUnreachableError, before: Attempt | undefined): void {
      if (code !== "BEHALF_TOKEN_UNREADABLE" || before?.error?.code === code) return;
      tell("keysUnusable", { status, error: code }, true);
    },
  };
}

/**
 * Creates the place where an issuer's keys are kept.
 *
 * A newer set takes the place of the one before it, and ends the keys that it came without. A set without any usable key is
 * no answer: an issuer that withdraws a key needs another one to go on, so that such a set says that something is broken
 * there, and to believe it would refuse every caller.
 */
export function createFetchedKeys(options: FetchedKeysOptions): FetchedKeys {
  const { metadata, now } = options;
  const teller = createTeller(options);
  let known: KeySet | undefined;
  let lastAttempt: Attempt | undefined;
  let pending: Promise<Attempt> | undefined;

  const take = (newer: KeySet): void => {
    if (newer.size === 0) throw new TypeError("The key set holds no usable key.");
    const withdrawn = known?.giveWayTo(newer) ?? 0;
    if (known) teller.changed(newer.size + withdrawn - known.size, withdrawn);
    known = newer;
  };

  const attempt = async (): Promise<Attempt> => {
    const startedAt = now();
    let error: TokenUnreachableError | undefined;
    try {
      take(await createKeySet(await requestKeys(options), known));
    } catch (failure) {
      error = toError(failure, metadata.authority);
      teller.failed(error, lastAttempt);
    }
    pending = undefined;
    lastAttempt = { startedAt, endedAt: now(), error };
    return lastAttempt;
  };

  return {
    get known() {
      return known;
    },
    get lastAttempt() {
      return lastAttempt;
    },
    get fetching() {
      return pending !== undefined;
    },
    fetch() {
      pending ??= attempt();
      return pending;
    },
  };
}
