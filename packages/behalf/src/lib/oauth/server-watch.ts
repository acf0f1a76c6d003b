import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { BehalfErrorCode } from "../errors/behalf-error.ts";
import type { Now } from "../values/clock.ts";
import type { RequestEnd } from "./request-end.ts";

/** What a watch needs to tell of what it sees. */
export interface WatchOptions {
  /** The issuer of the server, as records name it. */
  readonly issuer: string;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** What is known of a server by the requests that were sent to it. */
export interface ServerWatch {
  /** Is told how each request ended. */
  note(end: RequestEnd): void;
  readonly away: boolean;
  /** Since when it is away, or here. */
  readonly since: number;
  /** What the last request failed by that did; `undefined` when none has. */
  readonly lastError: BehalfErrorCode | undefined;
  /** When it last failed to answer. */
  readonly lastErrorAt: number | undefined;
  /** When it last answered. */
  readonly lastAnswerAt: number | undefined;
}

type Detail = Readonly<Record<string, string | number | undefined>>;

interface Absence {
  readonly detail: Detail;
  readonly code: BehalfErrorCode;
}

function toAbsence(end: RequestEnd): Absence | undefined {
  if (end.kind === "away") {
    const code = end.reason === "timeout" ? "BEHALF_TOKEN_TIMEOUT" : "BEHALF_TOKEN_UNREACHABLE";
    return { detail: { error: end.reason }, code };
  }
  if (end.kind === "unknown" || (end.status < 500 && end.status !== 429)) return undefined;
  return { detail: { status: end.status }, code: "BEHALF_TOKEN_UNREACHABLE" };
}

/**
 * Creates the watch of a server. It tells when the server goes away and when it comes back: one record for each change, not
 * for each request. A 5xx or 429 counts as away; a request that was given up says nothing.
 */
export function createServerWatch({ issuer, diagnostics, now }: WatchOptions): ServerWatch {
  let away = false;
  let since = now();
  let lastError: BehalfErrorCode | undefined;
  let lastErrorAt: number | undefined;
  let lastAnswerAt: number | undefined;

  const change = (at: number, isAway: boolean, detail: Detail): void => {
    away = isAway;
    since = at;
    const state = isAway ? "unreachable" : "reachable";
    diagnostics.publish("behalf:state", (instance) => ({ instance, what: issuer, state, detail }), true);
  };

  return {
    note(end) {
      if (end.kind === "unknown") return;
      const absence = toAbsence(end);
      lastError = absence?.code ?? lastError;
      const at = now();
      if (absence) lastErrorAt = at;
      else lastAnswerAt = at;
      if (absence && !away) change(at, true, absence.detail);
      if (!absence && away) change(at, false, { afterMs: at - since });
    },
    get away() {
      return away;
    },
    get since() {
      return since;
    },
    get lastError() {
      return lastError;
    },
    get lastErrorAt() {
      return lastErrorAt;
    },
    get lastAnswerAt() {
      return lastAnswerAt;
    },
  };
}
