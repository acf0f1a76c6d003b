import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { TokenRecord } from "../diagnostics/records.ts";
import { toErrorName } from "../errors/to-error-name.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { askInPlace } from "../oauth/ask-in-place.ts";
import type { IssuedToken } from "../oauth/token-request.ts";
import { toErrorUrl } from "../oauth/translate-error.ts";
import { withDeadline } from "../oauth/with-deadline.ts";
import type { Places } from "../values/places.ts";
import { type Asked, type AskSurroundings, askForToken, requestTimeoutMs } from "./ask-for-token.ts";
import type { Errand } from "./errand.ts";
import { TokenEntry } from "./token-entry.ts";

const unknownLifeMs = 300_000;
const longestLifeMs = 366 * 24 * 3_600_000;

/** When a token on behalf of somebody ends at the latest: with the subject token, and after the time that is configured. */
function toLatestEnd({ target, subject }: Errand, fetchedAt: number): number {
  if (!subject) return Number.POSITIVE_INFINITY;
  const { maxDelegatedTtlMs = Number.POSITIVE_INFINITY, grantType } = target;
  const subjectEnd = grantType === "refreshToken" ? undefined : subject.token.expiresAt();
  return Math.min(fetchedAt + maxDelegatedTtlMs, subjectEnd ?? Number.POSITIVE_INFINITY);
}

/** The life is the server's word, else the JWT's, else 300 s. */
function toEntry(errand: Errand, { issued, binding }: Asked, fetchedAt: number): TokenEntry {
  const livesMs = issued.expiresInMs ?? (issued.token.expiresAt() ?? fetchedAt + unknownLifeMs) - fetchedAt;
  const ownEnd = fetchedAt + Math.min(livesMs, longestLifeMs);
  const expiresAt = Math.min(ownEnd, toLatestEnd(errand, fetchedAt));
  return new TokenEntry(issued.token, {
    key: errand.key,
    grant: errand.target.grantType,
    fetchedAt,
    expiresAt,
    binding,
  });
}

interface Result {
  readonly startedAt: number;
  readonly entry?: TokenEntry;
  readonly issued?: IssuedToken;
  readonly error?: unknown;
}

/** A longer life gets no line: many servers give one, and the entry ends with the subject token all the same. */
function report({ target, key }: Errand, diagnostics: Diagnostics, result: Result): void {
  const { error, issued } = result;
  const make = (instance: string): TokenRecord => ({
    instance,
    issuer: target.fields.issuer,
    grant: target.grantType,
    client: target.clientId,
    service: target.request.service,
    tokenKey: key.slice(0, 8),
    durationMs: performance.now() - result.startedAt,
    livesMs: result.entry && result.entry.expiresAt - result.entry.fetchedAt,
    error: toErrorName(error),
    refusal: error instanceof TokenRefusedError ? error.error : undefined,
    tolerated: issued?.tolerated ?? [],
    deviations: issued?.deviations ?? [],
  });
  const deviates = issued?.deviations.some((deviation) => deviation !== "expiry") ?? false;
  const worthALine = error instanceof TokenRefusedError || deviates;
  diagnostics.publish("behalf:token", make, worthALine);
}

/** What a token is fetched with. */
export interface FetchSurroundings extends AskSurroundings {
  /** For requests on behalf of somebody. */
  readonly places: Places;
}

/** Asks on behalf of somebody when there is a place for it. Of this API's own tokens there are only so many: they need none. */
function askWhenPlaced(errand: Errand, surroundings: FetchSurroundings, signal: AbortSignal): Promise<Asked> {
  const { subject, target } = errand;
  const { servers, chains, diagnostics, now, places } = surroundings;
  const ask = (): Promise<Asked> => askForToken(errand, { servers, chains, diagnostics, now, signal });
  if (!subject) return ask();
  const url = toErrorUrl(new URL(target.fields.issuer));
  return askInPlace({ places, party: subject.token.digest(), url, client: target.clientId, signal }, ask);
}

/** Asks the authorization server for one token, and publishes how it went. */
export async function fetchEntry(
  errand: Errand,
  surroundings: FetchSurroundings,
  signal: AbortSignal,
): Promise<TokenEntry> {
  const startedAt = performance.now();
  const { diagnostics, now } = surroundings;
  try {
    const asked = await withDeadline({ timeoutMs: requestTimeoutMs, signal }, (deadline) =>
      askWhenPlaced(errand, surroundings, deadline),
    );
    const entry = toEntry(errand, asked, now());
    report(errand, diagnostics, { startedAt, entry, issued: asked.issued });
    return entry;
  } catch (error) {
    report(errand, diagnostics, { startedAt, error });
    throw error;
  }
}
