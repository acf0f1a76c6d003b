import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { BehalfError } from "../errors/behalf-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { Now } from "../values/clock.ts";

/** Notices when an authorization server goes away and comes back: one record for each change, not for each request. */
export interface Reachability {
  /** Notes how a request ended; one that was given up says nothing. */
  note(error: unknown): void;
}

/** Creates the watch over the authorization server with this issuer. */
export function createReachability(issuer: string, diagnostics: Diagnostics, now: Now): Reachability {
  let awaySince: number | undefined;

  const report = (state: string, detail: Readonly<Record<string, string | number | undefined>>): void =>
    diagnostics.publish("behalf:state", (instance) => ({ instance, what: issuer, state, detail }), true);

  return {
    note(error) {
      if (error !== undefined && !BehalfError.is(error)) return;
      const away = error instanceof TokenUnreachableError;
      if (away && awaySince === undefined) {
        awaySince = now();
        report("unreachable", { error: error.code, status: error.status });
      }
      if (!away && awaySince !== undefined) {
        report("reachable", { afterMs: now() - awaySince });
        awaySince = undefined;
      }
    },
  };
}
