import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { TokenRecord } from "../diagnostics/records.ts";
import { toErrorName } from "../errors/to-error-name.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import type { MetadataSource } from "../oauth/metadata-source.ts";
import { requestToken } from "../oauth/request-token.ts";
import type { ServerConnection } from "../oauth/server-connection.ts";
import type { IssuedToken } from "../oauth/token-request.ts";
import { withDeadline } from "../oauth/with-deadline.ts";
import type { Now } from "../values/clock.ts";
import type { Errand } from "./errand.ts";
import { TokenEntry } from "./token-entry.ts";

/** What fetching a token needs. */
export interface FetchSurroundings {
  readonly connection: ServerConnection;
  readonly metadata: MetadataSource;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

const requestTimeoutMs = 5_000;
const unknownLifeMs = 300_000;
const longestLifeMs = 366 * 24 * 3_600_000;

/** The life is the server's word, else the JWT's, else 300 s; never past the subject token's end. */
function toEntry({ key, subject }: Errand, issued: IssuedToken, fetchedAt: number): TokenEntry {
  const livesMs = issued.expiresInMs ?? (issued.token.expiresAt() ?? fetchedAt + unknownLifeMs) - fetchedAt;
  const ownEnd = fetchedAt + Math.min(livesMs, longestLifeMs);
  return new TokenEntry(key, issued.token, {
    fetchedAt,
    expiresAt: Math.min(ownEnd, subject?.token.expiresAt() ?? ownEnd),
  });
}

async function ask(
  { target, subject, actor }: Errand,
  surroundings: FetchSurroundings,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const { connection } = surroundings;
  return withDeadline({ timeoutMs: requestTimeoutMs, signal }, async (deadline) => {
    const metadata = await surroundings.metadata.get(target.request.credentials.clientId);
    signal.throwIfAborted();
    return requestToken({ ...target.request, subject, actor }, { connection, metadata, signal: deadline });
  });
}

interface Result {
  readonly startedAt: number;
  readonly entry?: TokenEntry;
  readonly tolerated?: readonly string[];
  readonly error?: unknown;
}

function report({ target, key }: Errand, diagnostics: Diagnostics, result: Result): void {
  const { grantType, credentials, service } = target.request;
  const { error } = result;
  const make = (instance: string): TokenRecord => ({
    instance,
    issuer: target.fields.issuer,
    grant: grantType,
    client: credentials.clientId,
    service,
    tokenKey: key.slice(0, 8),
    durationMs: performance.now() - result.startedAt,
    livesMs: result.entry && result.entry.expiresAt - result.entry.fetchedAt,
    error: toErrorName(error),
    refusal: error instanceof TokenRefusedError ? error.error : undefined,
    tolerated: result.tolerated ?? [],
  });
  diagnostics.publish("behalf:token", make, error instanceof TokenRefusedError);
}

/** Asks the authorization server for one token, and publishes how it went. */
export async function fetchEntry(
  errand: Errand,
  surroundings: FetchSurroundings,
  signal: AbortSignal,
): Promise<TokenEntry> {
  const startedAt = performance.now();
  try {
    const issued = await ask(errand, surroundings, signal);
    const entry = toEntry(errand, issued, surroundings.now());
    report(errand, surroundings.diagnostics, { startedAt, entry, tolerated: issued.tolerated });
    return entry;
  } catch (error) {
    report(errand, surroundings.diagnostics, { startedAt, error });
    throw error;
  }
}
