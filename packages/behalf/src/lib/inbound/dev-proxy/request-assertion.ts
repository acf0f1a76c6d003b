import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import { readRetryAfter } from "../../oauth/read-retry-after.ts";
import { readAnswer, type ServerAnswer } from "../../oauth/server-answer.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";
import { toErrorUrl, translateError } from "../../oauth/translate-error.ts";
import { unusableAnswer } from "../../oauth/unusable-answer.ts";
import { withDeadline } from "../../oauth/with-deadline.ts";
import { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";

/** Where and how the sidecar is asked. */
export interface AssertionSource {
  readonly url: URL;
  readonly fetch: ServerFetch;
  readonly now: Now;
  readonly timeoutMs: number;
}

const longestAssertion = 16 * 1024;
const jwtText = /^[\w-]+\.[\w-]+\.[\w-]+$/;

function readAssertion({ members }: ServerAnswer): ActorToken {
  const assertion = members?.assertion;
  if (typeof assertion !== "string" || assertion.length > longestAssertion || !jwtText.test(assertion)) {
    throw unusableAnswer("The answer holds no assertion.");
  }
  return new ActorToken(assertion);
}

function checkStatus({ status, headers }: ServerAnswer, { url, now }: AssertionSource): void {
  if (status === 200) return;
  if (status === 401 || status === 403) throw new CallerTokenError("assertion");
  const place = { url: toErrorUrl(url), client: "-", status };
  if (status < 500 && status !== 429) throw new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREADABLE" });
  const retryAfterMs = readRetryAfter(headers, now());
  throw new TokenUnreachableError({ ...place, code: "BEHALF_TOKEN_UNREACHABLE", retryAfterMs });
}

/**
 * Asks the sidecar for the assertion that it would send for a token. A redirect is not followed.
 *
 * @throws {CallerTokenError} `assertion`, when it refuses the token
 * @throws {TokenUnreachableError} when it gives no usable answer
 */
export async function requestAssertion(
  token: ActorToken,
  source: AssertionSource,
  signal: AbortSignal,
): Promise<ActorToken> {
  const { url, fetch, timeoutMs } = source;
  const headers = { accept: "application/json", authorization: `Bearer ${token.value()}` };
  try {
    return await withDeadline({ timeoutMs, signal }, async (ending) => {
      const response = await fetch(url.href, { method: "GET", headers, redirect: "manual", signal: ending });
      const answer = await readAnswer(response);
      checkStatus(answer, source);
      return readAssertion(answer);
    });
  } catch (error) {
    throw translateError(error, { url: toErrorUrl(url), client: "-", service: "devProxy", grant: "none" });
  }
}
