import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, json } from "./answer.ts";
import { refusalFaults } from "./refusal-fault.ts";
import { signedFaults } from "./signed-fault.ts";
import { tokenFaults } from "./token-fault.ts";
import { type Fault, unjudged } from "./unjudged.ts";

export type { Fault } from "./unjudged.ts";

interface ErrorMembers {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Members beside `error`, like `error_description` or a marker. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Every way in which the server can misbehave. */
export const fault = {
  ...refusalFaults,
  ...tokenFaults,
  ...signedFaults,

  /** Answers late, by real time: as usual, or with another fault. */
  delay(ms: number, then: Fault = (usual) => usual): Fault {
    const late: Fault = async (usual, request, sign) => {
      await sleep(ms, undefined, { ref: false });
      return then(usual, request, sign);
    };
    return Object.assign(late, { unjudged: then.unjudged ?? false });
  },

  /** Never answers, though the server did what was asked. */
  hang: (): Fault => () => ({ kind: "hang" }),

  /** Sends the headers and half of the body, then nothing more. */
  stall: (): Fault => (usual) => ({ ...usual, kind: "stall" }),

  /** Reads the request and does what was asked, but cuts the connection before any byte of the answer. */
  drop: (): Fault => () => ({ kind: "drop" }),

  /** Like `drop`, but the connection is closed politely instead of being reset. */
  close: (): Fault => () => ({ kind: "close" }),

  /** Answers with a status, and nothing of the usual answer. */
  status(status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Fault {
    return unjudged({ kind: "send", status, headers, body });
  },

  /** Answers with an OAuth error: `invalid_client` with 401, any other with 400 unless told. */
  oauthError(error: string, { status, headers, members }: ErrorMembers = {}): Fault {
    const usualStatus = error === "invalid_client" ? 401 : 400;
    return unjudged(json({ error, ...members }, status ?? usualStatus, headers));
  },

  /** Answers 429, with `Retry-After` if it is given: seconds, or an HTTP date. */
  tooManyRequests(retryAfter?: number | string): Fault {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
    return unjudged(json({ error: "slow_down" }, 429, headers));
  },

  /** A success whose body has no byte. */
  emptyBody: (): Fault => (usual) => ({ ...usual, body: "" }),

  /** The page of a proxy or a login form in the place of the answer. */
  html(status = 200): Fault {
    const body = "<!doctype html><title>Sign in</title><form></form>";
    return unjudged({ kind: "send", status, headers: { "content-type": "text/html; charset=utf-8" }, body });
  },

  /** JSON that ends in the middle. */
  malformedJson: (): Fault => (usual) => ({ ...usual, body: usual.body.slice(0, -2) }),

  /** The usual body under another content type. */
  contentType(value: string): Fault {
    return (usual) => ({ ...usual, headers: { ...usual.headers, "content-type": value } });
  },

  /** The usual document with members changed or added; a member that is `undefined` is left out. */
  change(members: Readonly<Record<string, unknown>>): Fault {
    return (usual) => ({ ...usual, body: JSON.stringify({ ...JSON.parse(usual.body), ...members }) });
  },

  /** The usual document, grown to `bytes` by a member that nobody asked for. */
  hugeBody(bytes = 2 * 1024 * 1024): Fault {
    return fault.change({ padding: "x".repeat(bytes) });
  },

  /** Faults one after the other, each seeing what the one before it made: `change` upon `change`. */
  all(...faults: readonly Fault[]): Fault {
    const each: Fault = async (usual, request, sign) => {
      let answer: Answer = usual;
      for (const next of faults) {
        if (answer.kind !== "send") return answer;
        answer = await next(answer, request, sign);
      }
      return answer;
    };
    return Object.assign(each, { unjudged: faults[0]?.unjudged ?? false });
  },
};
