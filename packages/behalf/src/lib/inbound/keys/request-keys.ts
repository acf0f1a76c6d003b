import { reduceCause } from "../../errors/reduce-cause.ts";
import { TokenUnreachableError } from "../../errors/token-unreachable-error.ts";
import type { MetadataSource } from "../../oauth/metadata-source.ts";
import { readRetryAfter } from "../../oauth/read-retry-after.ts";
import { readAnswer } from "../../oauth/server-answer.ts";
import type { ServerFetch } from "../../oauth/server-connection.ts";
import { toErrorUrl, translateError } from "../../oauth/translate-error.ts";
import { untilAborted } from "../../oauth/until-aborted.ts";
import { unusableAnswer } from "../../oauth/unusable-answer.ts";
import { withDeadline } from "../../oauth/with-deadline.ts";
import type { Now } from "../../values/clock.ts";

/** Where the keys of an issuer are asked for. */
export interface KeysRequest {
  readonly metadata: MetadataSource;
  readonly fetch: ServerFetch;
  readonly now: Now;
  /** How long all of it may take, in milliseconds. */
  readonly timeoutMs: number;
}

type Members = readonly unknown[];

const client = "-";
const accept = "application/jwk-set+json, application/json";

const toPlace = (url: string) => ({ url, client, service: "keys", grant: "none" });

function toUnreachable(error: unknown, url: string): TokenUnreachableError {
  const translated = translateError(error, toPlace(url));
  if (translated instanceof TokenUnreachableError) return translated;
  return new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREACHABLE", url, client, cause: reduceCause(error) });
}

/** A redirect is no answer either: keys come from where the metadata says. */
function toFailure({ status, headers }: Response, url: string, at: number): TokenUnreachableError {
  const away = status === 429 || status >= 500;
  if (!away) return new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREADABLE", url, client, status });
  const retryAfterMs = readRetryAfter(headers, at);
  return new TokenUnreachableError({ code: "BEHALF_TOKEN_UNREACHABLE", url, client, status, retryAfterMs });
}

async function askFor(url: URL, signal: AbortSignal, { fetch, now }: KeysRequest): Promise<Members> {
  const place = toErrorUrl(url);
  try {
    const response = await fetch(url.href, { method: "GET", headers: { accept }, redirect: "manual", signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw toFailure(response, place, now());
    }
    const { members } = await readAnswer(response);
    if (!Array.isArray(members?.keys)) throw unusableAnswer("The answer is no key set.");
    return members.keys;
  } catch (error) {
    throw toUnreachable(error, place);
  }
}

async function look(request: KeysRequest, signal: AbortSignal): Promise<Members> {
  const { jwksUri } = await request.metadata.get(client);
  if (!jwksUri) throw unusableAnswer("The authorization server names no signing keys.");
  return askFor(jwksUri, signal, request);
}

/**
 * Asks an issuer for its keys: the members of its key set as they came. It ends in time, whatever `fetch` makes of the signal.
 *
 * @throws {TokenUnreachableError} when no key set comes
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517.html#section-5}
 */
export async function requestKeys(request: KeysRequest): Promise<Members> {
  try {
    return await withDeadline(request, async (signal) => {
      const members = await untilAborted(look(request, signal), signal);
      if (!members) throw signal.reason;
      return members;
    });
  } catch (error) {
    throw toUnreachable(error, request.metadata.authority);
  }
}
