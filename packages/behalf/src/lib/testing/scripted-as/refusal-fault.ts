import { json, readMembers } from "./answer.ts";
import type { Claims } from "./claims.ts";
import { type Fault, unjudged } from "./unjudged.ts";

/** When a refused client may come again. */
export interface RetryTimes {
  /** The header `Retry-After`: seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** The header `X-Retry-After`. */
  readonly xRetryAfter?: number | string;
}

/** The dialects in which servers say no. */
export interface RefusalFaults {
  /** A refusal without a byte of explanation. @default 400 */
  emptyRefusal(status?: 400 | 401 | 403): Fault;
  /** Every refusal by a code of its own: the standard code is looked up, and left alone if it is not there. */
  renameErrors(names: Readonly<Record<string, string>>): Fault;
  /** Every refusal as `invalid_request` with 400, whatever was wrong. */
  flattenErrors(): Fault;
  /** A refusal of the scope by a code that no specification has. */
  scopeInvalid(): Fault;
  /** `slow_down` with 400, as the device grant has it (RFC 8628 section 3.5). */
  slowDown(): Fault;
  /** 429 as JSON, with `Retry-After` if it is given: seconds, or an HTTP date. */
  tooManyRequests(retryAfter?: number | string): Fault;
  /** The 429 of a gateway: plain text. */
  plainTooManyRequests(times?: RetryTimes): Fault;
  /** A refusal as a problem document (RFC 9457). Members are added to `title` and `status`. @default 400 */
  problem(status?: number, members?: Claims): Fault;
}

const textOf = (name: string, value: number | string | undefined): Readonly<Record<string, string>> =>
  value === undefined ? {} : { [name]: String(value) };

export const refusalFaults: RefusalFaults = {
  emptyRefusal: (status = 400) => unjudged({ kind: "send", status, headers: {}, body: "" }),

  renameErrors: (names) => (usual) => {
    if (usual.status < 400) return usual;
    const members = readMembers(usual);
    const error = names[String(members.error)] ?? members.error;
    return { ...usual, body: JSON.stringify({ ...members, error }) };
  },

  flattenErrors: () => (usual) => (usual.status < 400 ? usual : json({ error: "invalid_request" }, 400)),

  scopeInvalid: () => unjudged(json({ error: "scope_invalid" }, 400)),

  slowDown: () => unjudged(json({ error: "slow_down" }, 400)),

  tooManyRequests: (retryAfter) => unjudged(json({ error: "slow_down" }, 429, textOf("retry-after", retryAfter))),

  plainTooManyRequests({ retryAfter, xRetryAfter } = {}) {
    const times = { ...textOf("retry-after", retryAfter), ...textOf("x-retry-after", xRetryAfter) };
    const headers = { "content-type": "text/plain", ...times };
    return unjudged({ kind: "send", status: 429, headers, body: "Too many requests" });
  },

  problem(status = 400, members = {}) {
    return unjudged({
      kind: "send",
      status,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ type: "about:blank", title: "The request was refused", status, ...members }),
    });
  },
};
