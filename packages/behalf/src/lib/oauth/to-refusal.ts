import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import { readRetryAfter } from "./read-retry-after.ts";
import { isJson, type ServerAnswer } from "./server-answer.ts";
import type { ErrorPlace } from "./translate-error.ts";

/** When an answer came, and how strictly it is read. */
export interface RefusalOptions {
  readonly at: number;
  readonly strictProtocol: boolean;
}

/** The codes of servers that are there and want to be asked later. */
const later: ReadonlySet<unknown> = new Set(["slow_down", "temporarily_unavailable"]);

/**
 * The error that an answer stands for; `undefined` when it may hold a token, or is no error of the protocol.
 *
 * A challenge beside the body is passed over, for the body says more. A body that does not call itself JSON is read all
 * the same, unless the protocol is held to strictly: a problem document (RFC 9457) may carry the code, too.
 */
export function toRefusal(
  answer: ServerAnswer,
  place: ErrorPlace,
  { at, strictProtocol }: RefusalOptions,
): TokenRefusedError | TokenUnreachableError | undefined {
  const { status, headers } = answer;
  if (status < 400) return undefined;
  const members = strictProtocol && !isJson(answer) ? undefined : answer.members;
  if (status === 429 || status >= 500 || later.has(members?.error)) {
    const retryAfterMs = readRetryAfter(headers, at);
    return new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE", status, retryAfterMs });
  }
  return new TokenRefusedError({
    ...place,
    error: members?.error,
    errorDescription: members?.error_description,
    errorUri: members?.error_uri,
    claims: members?.claims,
    status,
  });
}
