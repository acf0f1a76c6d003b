import type { Diagnostics } from "../../diagnostics/diagnostics.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import { digest } from "../../values/digest.ts";
import {
  type Eviction,
  type MarkerKind,
  type MarkerPlace,
  toMarkerKey,
  toMarkerPlace,
  withoutSignature,
} from "./eviction.ts";

/** What an eviction leaves: what it was about, as a digest, and when it was, in epoch milliseconds. */
export interface RevocationMarker extends MarkerPlace {
  readonly at: number;
}

/** A token that is otherwise valid. */
export interface IssuedToken {
  readonly token: ActorToken;
  readonly issuer: string;
  /** Other names of the issuer: an eviction under any of them counts. @default none */
  readonly aliases?: readonly string[];
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
  /** In epoch milliseconds; `undefined` where the token does not say. */
  readonly issuedAt: number | undefined;
}

/** The markers of evictions, in this process. What `evict` gives is passed on to the `accept` of others: see `MarkerSharing`. */
export interface RevocationMarkers {
  /**
   * Leaves a marker, and gives it: for those who tell other instances.
   *
   * @throws {TypeError} when not exactly one of `token`, `subject` and `sessionId` is given, or an empty text
   */
  evict(eviction: Eviction): RevocationMarker;
  /** Leaves a marker in a place. */
  leave(place: MarkerPlace): RevocationMarker;
  /** Takes note of markers that other instances left, in any order. */
  accept(received: readonly RevocationMarker[]): void;
  /** Gives every marker that is kept. */
  list(): readonly RevocationMarker[];
  /**
   * Whether a token was evicted: itself, or with its subject or session, when it was issued up to the second of that, or does not
   * say when. Without markers, nothing is computed.
   */
  revoked(issued: IssuedToken): boolean;
  /** How often markers came that can refuse a token: while it is the same, no token is refused that was not before. */
  readonly changes: number;
  /** How many markers there are. */
  readonly size: number;
  /** How long a marker is kept, in milliseconds. */
  readonly keepMs: number;
}

/** The bounds of markers. */
export interface RevocationMarkersOptions {
  readonly now: Now;
  /** How long a marker is kept, in milliseconds: no shorter than any token lives. @default 604800000, seven days */
  readonly keepMs?: number;
  /** How many markers are kept. @default 100000 */
  readonly max?: number;
  /** Told of markers that were not known before, and whether they were left here. @default nobody */
  readonly heard?: ((markers: readonly RevocationMarker[], isOwn: boolean) => void) | undefined;
  /** Told when there is no room for more. @default nobody */
  readonly diagnostics?: Diagnostics;
}

const sevenDaysMs = 604_800_000;
const usualMax = 100_000;
const never = Number.NEGATIVE_INFINITY;
const revoking = ["token", "subject", "session"] as const;
const kinds: readonly MarkerKind[] = [...revoking, "obtained"];

const toSecond = (instant: number): number => Math.floor(instant / 1000);

/** What is not known to be issued later counts as issued by then. */
const wasIssuedBy = (at: number, issuedAt: number | undefined): boolean =>
  !(issuedAt !== undefined && toSecond(issuedAt) > toSecond(at));

const isBefore = (horizon: number, { issuedAt }: IssuedToken): boolean =>
  horizon !== never && wasIssuedBy(horizon, issuedAt);

function toDigest({ token, subject, sessionId }: IssuedToken, kind: (typeof revoking)[number]): string | undefined {
  if (kind === "token") return digest(withoutSignature(token.value()));
  const value = kind === "subject" ? subject : sessionId;
  return value === undefined ? undefined : digest(value);
}

/** Markers in the order in which they were left; one that came by itself and late stands last. */
type Shelves = Record<MarkerKind, Map<string, number>>;

const countMarkers = (shelves: Shelves, ofKinds: readonly MarkerKind[]): number =>
  ofKinds.reduce((count, kind) => count + shelves[kind].size, 0);

const isEmpty = ({ token, subject, session }: Shelves): boolean => token.size + subject.size + session.size === 0;

function listMarkers(shelves: Shelves): readonly RevocationMarker[] {
  return kinds.flatMap((kind) => Array.from(shelves[kind], ([key, at]) => ({ kind, key, at })));
}

const sortShelf = (shelf: Map<string, number>): Map<string, number> =>
  new Map([...shelf].sort(([, one], [, other]) => one - other));

function findOldest(shelves: Shelves, ofKinds: readonly MarkerKind[]): RevocationMarker | undefined {
  let oldest: RevocationMarker | undefined;
  for (const kind of ofKinds) {
    const [first] = shelves[kind];
    if (first && (!oldest || first[1] < oldest.at)) oldest = { kind, key: first[0], at: first[1] };
  }
  return oldest;
}

function isMarked(shelves: Shelves, issued: IssuedToken, kind: (typeof revoking)[number]): boolean {
  const shelf = shelves[kind];
  if (shelf.size === 0) return false;
  const valueDigest = toDigest(issued, kind);
  if (valueDigest === undefined) return false;
  return [undefined, issued.issuer, ...(issued.aliases ?? [])].some((issuer) => {
    const at = shelf.get(toMarkerKey(valueDigest, issuer));
    return at !== undefined && (kind === "token" || wasIssuedBy(at, issued.issuedAt));
  });
}

/** Puts what is not known yet at the end, and gives it. */
function shelve(
  shelves: Shelves,
  received: readonly RevocationMarker[],
  earliest: number,
): readonly RevocationMarker[] {
  const isNew = ({ kind, key, at }: RevocationMarker): boolean =>
    at > earliest && at > (shelves[kind].get(key) ?? never);
  const added = received.filter((marker) => {
    if (!isNew(marker)) return false;
    shelves[marker.kind].delete(marker.key);
    shelves[marker.kind].set(marker.key, marker.at);
    return true;
  });
  if (received.length < 2) return added;
  for (const kind of new Set(received.map((marker) => marker.kind))) shelves[kind] = sortShelf(shelves[kind]);
  return added;
}

function reportFull(diagnostics: Diagnostics | undefined, max: number): void {
  const record = { what: "revocation markers", state: "full", detail: { max } } as const;
  diagnostics?.publish("behalf:state", (instance) => ({ instance, ...record }), true);
}

/** Takes out the oldest of those kinds for which there is no room. */
function takeExcess(shelves: Shelves, ofKinds: readonly MarkerKind[], max: number): readonly RevocationMarker[] {
  const taken: RevocationMarker[] = [];
  for (let excess = countMarkers(shelves, ofKinds) - max; excess > 0; excess -= 1) {
    const oldest = findOldest(shelves, ofKinds);
    if (oldest) taken.push(oldest);
    if (oldest) shelves[oldest.kind].delete(oldest.key);
  }
  return taken;
}

/**
 * Forgets what there is no room for, and gives when the latest was left that can refuse a token. What was obtained refuses no caller:
 * that some of it is forgotten is no reason to refuse any.
 */
function makeRoom(shelves: Shelves, max: number): number {
  takeExcess(shelves, ["obtained"], max);
  return takeExcess(shelves, revoking, max).reduce((latest, { at }) => Math.max(latest, at), never);
}

function forgetEnded(shelves: Shelves, earliest: number): void {
  const find = (): RevocationMarker | undefined => findOldest(shelves, kinds);
  for (let oldest = find(); oldest && oldest.at <= earliest; oldest = find()) shelves[oldest.kind].delete(oldest.key);
}

/**
 * Creates the markers. When there is no room for one more, the oldest goes, and from then on every token that was issued before
 * it was left is refused, whoever's it is: what was revoked does not come back, and everybody else gets a newer token.
 */
export function createRevocationMarkers(options: RevocationMarkersOptions): RevocationMarkers {
  const { now, keepMs = sevenDaysMs, max = usualMax, heard } = options;
  const shelves: Shelves = { token: new Map(), subject: new Map(), session: new Map(), obtained: new Map() };
  let [horizon, changes] = [never, 0];

  const forgetOld = (): void => {
    const earliest = now() - keepMs;
    if (horizon <= earliest) horizon = never;
    forgetEnded(shelves, earliest);
  };

  const shelveAll = (received: readonly RevocationMarker[]): readonly RevocationMarker[] => {
    forgetOld();
    const added = shelve(shelves, received, now() - keepMs);
    if (added.length > 0) changes += 1;
    const forgotten = makeRoom(shelves, max);
    if (forgotten !== never && horizon === never) reportFull(options.diagnostics, max);
    horizon = Math.max(horizon, forgotten);
    return added;
  };

  const leave = (place: MarkerPlace): RevocationMarker => {
    const marker = { ...place, at: now() };
    shelveAll([marker]);
    heard?.([marker], true);
    return marker;
  };

  return {
    evict: (eviction) => leave(toMarkerPlace(eviction)),
    leave,
    accept(received) {
      const added = shelveAll(received);
      if (added.length > 0) heard?.(added, false);
    },
    list: () => listMarkers(shelves),
    revoked(issued) {
      if (horizon === never && isEmpty(shelves)) return false;
      forgetOld();
      return isBefore(horizon, issued) || revoking.some((kind) => isMarked(shelves, issued, kind));
    },
    get changes() {
      return changes;
    },
    get size() {
      return countMarkers(shelves, kinds);
    },
    keepMs,
  };
}
