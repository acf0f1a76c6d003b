import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { Now } from "../values/clock.ts";
import type { ServerFetch } from "./server-connection.ts";

/** What a watch needs to tell of what it sees. */
export interface WatchOptions {
  /** The issuer of the server, as records name it. */
  readonly issuer: string;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

type Detail = Readonly<Record<string, string | number | undefined>>;

const toAbsence = (error: unknown): string | undefined => {
  if (error instanceof TypeError) return "network";
  return error instanceof Error && error.name === "TimeoutError" ? "timeout" : undefined;
};

/**
 * Watches every request to an authorization server, and tells when it goes away and when it comes back: one record for each
 * change, not for each request. A 5xx or 429 counts as away; a request that was given up says nothing.
 */
export function watchServer(fetch: ServerFetch, { issuer, diagnostics, now }: WatchOptions): ServerFetch {
  let awaySince: number | undefined;

  const report = (state: string, detail: Detail): void =>
    diagnostics.publish("behalf:state", (instance) => ({ instance, what: issuer, state, detail }), true);

  const noteAway = (detail: Detail): void => {
    if (awaySince !== undefined) return;
    awaySince = now();
    report("unreachable", detail);
  };

  const noteHere = (): void => {
    if (awaySince === undefined) return;
    report("reachable", { afterMs: now() - awaySince });
    awaySince = undefined;
  };

  return async (url, request) => {
    try {
      const response = await fetch(url, request);
      if (response.status >= 500 || response.status === 429) noteAway({ status: response.status });
      else noteHere();
      return response;
    } catch (error) {
      const absence = toAbsence(error);
      if (absence !== undefined) noteAway({ error: absence });
      throw error;
    }
  };
}
