import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { TokenRecord } from "../diagnostics/records.ts";
import { toErrorName } from "../errors/to-error-name.ts";
import { TokenRefusedError } from "../errors/token-refused-error.ts";
import { askInPlace } from "../oauth/ask-in-place.ts";
import type { IssuedToken } from "../oauth/token-request.ts";
import { isUnasked, toErrorUrl, translateError } from "../oauth/translate-error.ts";
import { untilAborted } from "../oauth/until-aborted.ts";
import { withDeadline } from "../oauth/with-deadline.ts";
import type { Places } from "../values/places.ts";
import {
  type Asked,
  type AskSurroundings,
  askForToken,
  type FoundToken,
  type RefreshSharing,
  requestTimeoutMs,
} from "./ask-for-token.ts";
import type { Errand } from "./errand.ts";
import type { KeyFailures } from "./key-failures.ts";
import type { PartyNumbering, PartyNumbers } from "./number-parties.ts";
import { toRenewLeft } from "./renewal.ts";
import { TokenEntry } from "./token-entry.ts";

const unknownLifeMs = 300_000;
const longestLifeMs = 366 * 24 * 3_600_000;

/** A token on behalf of somebody ends with the subject token. */
export const toSubjectEnd = ({ target, subject }: Errand): number =>
  (target.grantType === "refreshToken" ? undefined : subject?.token.expiresAt()) ?? Number.POSITIVE_INFINITY;

/** On behalf of somebody it lives as long as is configured, at most. */
export const toDelegatedEnd = ({ target, subject }: Errand, fetchedAt: number): number =>
  fetchedAt + ((subject && target.maxDelegatedTtlMs) ?? Number.POSITIVE_INFINITY);

/** The life is the server's word, else the JWT's, else 300 s. */
function toOwnEnd(errand: Errand, issued: IssuedToken, fetchedAt: number): number {
  const livesMs = issued.expiresInMs ?? (issued.token.expiresAt() ?? fetchedAt + unknownLifeMs) - fetchedAt;
  return Math.min(fetchedAt + Math.min(livesMs, longestLifeMs), toDelegatedEnd(errand, fetchedAt));
}

/** For whom a token was obtained, and when. */
interface Obtained {
  readonly party: PartyNumbers;
  readonly fetchedAt: number;
}

/** What ends with the subject token lives no longer after a renewal: there is none. */
function toEntry(errand: Errand, { issued, binding }: Asked, { party, fetchedAt }: Obtained): TokenEntry {
  const [ownEnd, subjectEnd] = [toOwnEnd(errand, issued, fetchedAt), toSubjectEnd(errand)];
  const expiresAt = Math.min(ownEnd, subjectEnd);
  const renewLeftMs = subjectEnd <= ownEnd ? 0 : toRenewLeft({ fetchedAt, expiresAt }, Math.random());
  return new TokenEntry(issued.token, {
    key: errand.key,
    target: errand.target,
    partyKey: errand.partyKey,
    party,
    fetchedAt,
    expiresAt,
    renewLeftMs,
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
function report({ target, key, inBackground = false }: Errand, diagnostics: Diagnostics, result: Result): void {
  const { error, issued } = result;
  const make = (instance: string): TokenRecord => ({
    instance,
    issuer: target.fields.issuer,
    grant: target.grantType,
    client: target.clientId,
    service: target.request.service,
    tokenKey: key.slice(0, 8),
    source: inBackground ? "background" : "server",
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
  /** For requests to a server on behalf of somebody. */
  readonly placesOf: (issuer: string) => Places;
  readonly keys: KeyFailures;
  readonly numbers: PartyNumbering;
}

/** How processes share the tokens that a refresh token brings. */
export interface EntrySharing extends Pick<RefreshSharing, "find"> {
  share(entry: TokenEntry): Promise<unknown>;
}

/** How a token is fetched. */
export interface FetchOptions {
  readonly signal: AbortSignal;
  /** For refresh tokens. @default nothing is shared */
  readonly sharing?: EntrySharing | undefined;
}

/** A token, and whether this process was given it by the server. */
export interface FetchedEntry {
  readonly entry: TokenEntry;
  readonly source: "store" | "server";
}

interface AskedBy extends FetchSurroundings {
  readonly sharing: RefreshSharing | undefined;
}

/** Asks, and notes what the server says of the token. */
async function ask(errand: Errand, surroundings: AskedBy, signal: AbortSignal): Promise<Asked | FoundToken> {
  try {
    return await askForToken(errand, { ...surroundings, signal });
  } catch (error) {
    if (!surroundings.clients.isRepeated(error)) surroundings.keys.note(errand, error);
    throw error;
  }
}

/** Asks on behalf of somebody when there is a place for it. Of this API's own tokens there are only so many: they need none. */
function askWhenPlaced(errand: Errand, surroundings: AskedBy, signal: AbortSignal): Promise<Asked | FoundToken> {
  const { subject, target } = errand;
  if (!subject) return ask(errand, surroundings, signal);
  const { issuer } = target.fields;
  const url = toErrorUrl(new URL(issuer));
  const question = { places: surroundings.placesOf(issuer), url, client: target.clientId, signal };
  return askInPlace({ ...question, party: subject.token.digest() }, () => ask(errand, surroundings, signal));
}

/** A renewal has the proofs of an earlier request: their sources are read anew. */
async function reread(errand: Errand, signal: AbortSignal): Promise<Errand> {
  const { proofs, firstProofs, inBackground } = errand;
  if (!inBackground) return errand;
  const readBoth = async (): Promise<Errand> => ({
    ...errand,
    proofs: (await proofs.reread?.(signal)) ?? proofs,
    firstProofs: (await firstProofs?.reread?.(signal)) ?? firstProofs,
  });
  const current = await untilAborted(readBoth(), signal);
  if (current) return current;
  const { clientId: client, request, grantType: grant, fields } = errand.target;
  const place = { url: toErrorUrl(new URL(fields.issuer)), client, service: request.service, grant };
  throw translateError(signal.reason, place);
}

const toRefreshSharing = (
  sharing: EntrySharing | undefined,
  make: (asked: Asked) => TokenEntry,
): RefreshSharing | undefined =>
  sharing && { find: () => sharing.find(), share: (asked) => sharing.share(make(asked)) };

/**
 * Asks the authorization server for one token, and publishes how it went; but not where nothing was asked. For a refresh token
 * that processes share, another one may have asked.
 */
export async function fetchEntry(
  errand: Errand,
  surroundings: FetchSurroundings,
  { signal, sharing }: FetchOptions,
): Promise<FetchedEntry> {
  const startedAt = performance.now();
  const { diagnostics, numbers, now } = surroundings;
  // A life counts from the moment that the token was made: that was after this one, and before its answer came.
  const fetchedAt = now();
  let made: TokenEntry | undefined;
  const make = (asked: Asked): TokenEntry => {
    made ??= toEntry(errand, asked, { party: numbers.of(errand, asked.issued.token), fetchedAt });
    return made;
  };
  const askedBy = { ...surroundings, sharing: toRefreshSharing(sharing, make) };
  try {
    const asked = await withDeadline({ timeoutMs: requestTimeoutMs, signal }, async (deadline) =>
      askWhenPlaced(await reread(errand, deadline), askedBy, deadline),
    );
    if ("found" in asked) return { entry: asked.found, source: "store" };
    const entry = make(asked);
    report(errand, diagnostics, { startedAt, entry, issued: asked.issued });
    return { entry, source: "server" };
  } catch (error) {
    const wasAsked = !isUnasked(error) && !surroundings.clients.isRepeated(error);
    if (wasAsked) report(errand, diagnostics, { startedAt, error });
    throw error;
  }
}
