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

/** The markers of evictions, in this process. A store that several share passes on what `evict` gives, to `accept`. */
export interface RevocationMarkers {
  /**
   * Leaves a marker, and gives it: for those who tell other instances.
   *
   * @throws {TypeError} when not exactly one of `token`, `subject` and `sessionId` is given, or an empty text
   */
  evict(eviction: Eviction): RevocationMarker;
  /** Takes note of a marker that another instance left. */
  accept(marker: RevocationMarker): void;
  /**
   * Whether a token was evicted: itself, or with its subject or session, when it was issued up to the second of that, or does not
   * say when. Without markers, nothing is computed.
   */
  revoked(issued: IssuedToken): boolean;
  /** How many markers there are. */
  readonly size: number;
}

/** The bounds of markers. */
export interface RevocationMarkersOptions {
  readonly now: Now;
  /** How long a marker is kept, in milliseconds: no shorter than any token lives. @default 604800000, seven days */
  readonly keepMs?: number;
  /** How many markers are kept. @default 100000 */
  readonly max?: number;
  /** Told when there is no room for more. @default nobody */
  readonly diagnostics?: Diagnostics;
}

const sevenDaysMs = 604_800_000;
const usualMax = 100_000;
const never = Number.NEGATIVE_INFINITY;
const kinds: readonly MarkerKind[] = ["token", "subject", "session"];

const toSecond = (instant: number): number => Math.floor(instant / 1000);

/** What is not known to be issued later counts as issued by then. */
const wasIssuedBy = (at: number, issuedAt: number | undefined): boolean =>
  !(issuedAt !== undefined && toSecond(issuedAt) > toSecond(at));

function toDigest({ token, subject, sessionId }: IssuedToken, kind: MarkerKind): string | undefined {
  if (kind === "token") return digest(withoutSignature(token.value()));
  const value = kind === "subject" ? subject : sessionId;
  return value === undefined ? undefined : digest(value);
}

/** Markers in the order in which they were left. */
function createShelves(): Readonly<Record<MarkerKind, Map<string, number>>> & { readonly size: number } {
  const shelf = (): Map<string, number> => new Map();
  const shelves = { token: shelf(), subject: shelf(), session: shelf() };
  return {
    ...shelves,
    get size() {
      return shelves.token.size + shelves.subject.size + shelves.session.size;
    },
  };
}

type Shelves = ReturnType<typeof createShelves>;

function findOldest(shelves: Shelves): RevocationMarker | undefined {
  let oldest: RevocationMarker | undefined;
  for (const kind of kinds) {
    const [first] = shelves[kind];
    if (first && (!oldest || first[1] < oldest.at)) oldest = { kind, key: first[0], at: first[1] };
  }
  return oldest;
}

function isMarked(shelves: Shelves, issued: IssuedToken, kind: MarkerKind): boolean {
  const shelf = shelves[kind];
  if (shelf.size === 0) return false;
  const valueDigest = toDigest(issued, kind);
  if (valueDigest === undefined) return false;
  return [undefined, issued.issuer, ...(issued.aliases ?? [])].some((issuer) => {
    const at = shelf.get(toMarkerKey(valueDigest, issuer));
    return at !== undefined && (kind === "token" || wasIssuedBy(at, issued.issuedAt));
  });
}

/**
 * Creates the markers. When there is no room for one more, the oldest goes, and from then on every token that was issued before
 * it was left is refused, whoever's it is: what was revoked does not come back, and everybody else gets a newer token.
 */
export function createRevocationMarkers(options: RevocationMarkersOptions): RevocationMarkers {
  const { now, keepMs = sevenDaysMs, max = usualMax, diagnostics } = options;
  const shelves = createShelves();
  let horizon = never;

  const forgetOld = (): void => {
    const earliest = now() - keepMs;
    if (horizon <= earliest) horizon = never;
    for (let oldest = findOldest(shelves); oldest && oldest.at <= earliest; oldest = findOldest(shelves)) {
      shelves[oldest.kind].delete(oldest.key);
    }
  };

  const makeRoom = (): void => {
    const oldest = shelves.size > max ? findOldest(shelves) : undefined;
    if (!oldest) return;
    shelves[oldest.kind].delete(oldest.key);
    if (horizon === never) {
      const record = { what: "revocation markers", state: "full", detail: { max } } as const;
      diagnostics?.publish("behalf:state", (instance) => ({ instance, ...record }), true);
    }
    horizon = Math.max(horizon, oldest.at);
  };

  const accept = ({ kind, key, at }: RevocationMarker): void => {
    forgetOld();
    const latest = Math.max(at, shelves[kind].get(key) ?? never);
    shelves[kind].delete(key);
    shelves[kind].set(key, latest);
    makeRoom();
  };

  return {
    evict(eviction) {
      const marker = { ...toMarkerPlace(eviction), at: now() };
      accept(marker);
      return marker;
    },
    accept,
    revoked(issued) {
      if (shelves.size === 0 && horizon === never) return false;
      forgetOld();
      if (horizon !== never && wasIssuedBy(horizon, issued.issuedAt)) return true;
      return kinds.some((kind) => isMarked(shelves, issued, kind));
    },
    get size() {
      return shelves.size;
    },
  };
}
