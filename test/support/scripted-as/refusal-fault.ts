import { json } from "./answer.ts";
import { type Fault, unjudged } from "./unjudged.ts";

interface RetryTimes {
  /** The header `Retry-After`: seconds, or an HTTP date. */
  readonly retryAfter?: number | string;
  /** The header `X-Retry-After`. */
  readonly xRetryAfter?: number | string;
}

/** The dialects in which servers say no. */
export const refusalFaults = {
  /** A refusal without a byte of explanation. */
  emptyRefusal(status: 400 | 401 | 403 = 400): Fault {
    return unjudged({ kind: "send", status, headers: {}, body: "" });
  },

  /** Every refusal by a code of its own: the standard code is looked up, and left alone if it is not there. */
  renameErrors(names: Readonly<Record<string, string>>): Fault {
    return (usual) => {
      if (usual.status < 400) return usual;
      const body = JSON.parse(usual.body) as { readonly error: string };
      return { ...usual, body: JSON.stringify({ ...body, error: names[body.error] ?? body.error }) };
    };
  },

  /** Every refusal as `invalid_request` with 400, whatever was wrong. */
  flattenErrors(): Fault {
    return (usual) => (usual.status < 400 ? usual : json({ error: "invalid_request" }, 400));
  },

  /** A refusal of the scope by a code that no specification has. */
  scopeInvalid: (): Fault => unjudged(json({ error: "scope_invalid" }, 400)),

  /** `slow_down` with 400, as the device grant has it (RFC 8628 section 3.5). */
  slowDown: (): Fault => unjudged(json({ error: "slow_down" }, 400)),

  /** The 429 of a gateway: plain text. */
  plainTooManyRequests({ retryAfter, xRetryAfter }: RetryTimes = {}): Fault {
    const headers = {
      "content-type": "text/plain",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...(xRetryAfter === undefined ? {} : { "x-retry-after": String(xRetryAfter) }),
    };
    return unjudged({ kind: "send", status: 429, headers, body: "Too many requests" });
  },

  /** A refusal as a problem document (RFC 9457). Members are added to `title` and `status`. */
  problem(status = 400, members: Readonly<Record<string, unknown>> = {}): Fault {
    return unjudged({
      kind: "send",
      status,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ type: "about:blank", title: "The request was refused", status, ...members }),
    });
  },
};
