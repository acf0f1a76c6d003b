import { AsyncResource } from "node:async_hooks";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { MarkerSharing } from "../inbound/revocation/marker-sharing.ts";
import type { RevocationMarker, RevocationMarkers } from "../inbound/revocation/revocation-markers.ts";
import type { Now } from "../values/clock.ts";
import type { SharedParts } from "./connect-store.ts";
import { createMarkerPages, type MarkerPage, type MarkerPages } from "./marker-pages.ts";
import { createMarkerSeal, type MarkerSeal } from "./marker-seal.ts";
import { createRounds, type Rounds, type RoundsOptions } from "./rounds.ts";

/** What markers are shared through. */
export interface MarkerSharingOptions {
  readonly shared: SharedParts | undefined;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
  /** How often the store is read. @default every 30 s, and 1 s after a failure */
  readonly rounds?: RoundsOptions;
}

const usualRounds: RoundsOptions = { everyMs: 30_000, retryMs: 1_000 };
/** How long the first callers wait at most. */
const startsWithinMs = 2_000;
const listensWithinMs = 250;
/** The clocks of processes differ, and what is written arrives a moment later. */
const marginMs = 600_000;
const putsAtOnce = 16;
const always = Number.NEGATIVE_INFINITY;

const toId = ({ kind, key, at }: RevocationMarker): string => `${kind} ${at} ${key}`;

/** Ends with the work, or after so many milliseconds. */
async function within(work: Promise<unknown>, atMostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, atMostMs).unref();
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

class SharedMarkers implements MarkerSharing {
  readonly #markers: RevocationMarkers;
  readonly #parts: SharedParts;
  readonly #now: Now;
  readonly #pages: MarkerPages;
  readonly #seal: MarkerSeal;
  readonly #rounds: Rounds;
  readonly #outsideRequests = new AsyncResource("behalf:markers");
  readonly #underWay = new Set<Promise<unknown>>();
  #starting: Promise<void> | undefined;
  #listening: Promise<readonly (() => Promise<void>)[]> | undefined;
  #epoch: string | undefined;
  /** Whether the store may lack what is known here. */
  #owes = true;
  #readTo = always;
  /** What the pages held that were read last. */
  #seen: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #closed = false;

  constructor(markers: RevocationMarkers, parts: SharedParts, options: MarkerSharingOptions) {
    const { diagnostics, now, rounds = usualRounds } = options;
    this.#markers = markers;
    this.#parts = parts;
    this.#now = now;
    this.#pages = createMarkerPages({ ...parts, keepMs: markers.keepMs, now });
    this.#seal = createMarkerSeal({ seal: parts.seal, diagnostics, now });
    this.#rounds = createRounds(() => this.#round(), rounds);
    const begun = this.#outsideRequests.runInAsyncScope(() => within(this.#rounds.begin(), startsWithinMs));
    this.#starting = begun.then(() => {
      this.#starting = undefined;
    });
  }

  starting(): Promise<void> | undefined {
    return this.#starting;
  }

  async share(marker: RevocationMarker): Promise<boolean> {
    if (this.#closed) return false;
    const putting = this.#outsideRequests.runInAsyncScope(() => this.#put(marker));
    this.#underWay.add(putting);
    const put = await putting;
    this.#underWay.delete(putting);
    if (put) return true;
    this.#owes = true;
    this.#outsideRequests.runInAsyncScope(() => this.#rounds.hurry());
    return false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rounds.close();
    await Promise.all(this.#underWay);
    this.#listening?.then((stops) => Promise.all(stops.map((stop) => stop()))).catch(() => {});
  }

  /** Writes a marker, and tells those who listen. */
  async #put(marker: RevocationMarker): Promise<boolean> {
    const { store, seal } = this.#parts;
    const livesMs = marker.at + this.#markers.keepMs - this.#now();
    if (livesMs <= 0) return true;
    const topic = seal.nameOf("marker", "left");
    const message = this.#seal.seal(topic, marker);
    const add = this.#pages.add((page) => this.#seal.seal(page, marker), livesMs);
    // A full store takes nothing more, and still tells those who listen.
    const [kept] = await Promise.all([
      store.ask(add, "write"),
      store.ask((present) => present.publish(topic, message)),
    ]);
    return kept !== undefined;
  }

  /** Whoever is not told of a marker finds it in the next round. A subscription that comes too late still counts. */
  async #listen(): Promise<void> {
    const { store, seal } = this.#parts;
    if (this.#listening || !store.available) return;
    const topics = seal.namesOf("marker", "left");
    const agreed = topics.flatMap((topic) => store.listen(topic, (text) => this.#hear(topic, text)) ?? []);
    this.#listening = Promise.all(agreed);
    const settled = this.#listening.catch(() => {
      this.#listening = undefined;
    });
    await within(settled, listensWithinMs);
  }

  #hear(topic: string, text: string): void {
    const marker = this.#seal.open(topic, text);
    if (marker) this.#markers.accept([marker]);
  }

  /** Tells whether the store holds what is known here, and the other way round. */
  async #round(): Promise<boolean> {
    const startedAt = this.#now();
    const [epoch] = await Promise.all([this.#pages.readEpoch(), this.#listen()]);
    if (!epoch) return false;
    // To read all of it for what nothing can be done about would be done in vain, second after second.
    const whole = epoch.value !== this.#epoch || (this.#owes && this.#parts.store.writable);
    if (whole) this.#owes = false;
    const done = await (whole ? this.#readAndAdd() : this.#readNew());
    if (!done) {
      this.#owes ||= whole;
      return false;
    }
    this.#epoch = epoch.value;
    this.#readTo = startedAt;
    return !this.#owes;
  }

  async #readNew(): Promise<boolean> {
    const pages = await this.#pages.read(this.#readTo - marginMs);
    if (!pages) return false;
    this.#markers.accept(this.#open(pages));
    return true;
  }

  /** Reads everything, and adds what was left here while the store was away, or what it has lost. */
  async #readAndAdd(): Promise<boolean> {
    const pages = await this.#pages.read(always);
    if (!pages) return false;
    this.#seen = new Map();
    const stored = this.#open(pages);
    this.#markers.accept(stored);
    const known = new Set(stored.map(toId));
    const missing = this.#markers.list().filter((marker) => !known.has(toId(marker)));
    for (let at = 0; at < missing.length; at += putsAtOnce) {
      if (this.#closed) return false;
      const puts = await Promise.all(missing.slice(at, at + putsAtOnce).map((marker) => this.#put(marker)));
      if (!puts.every(Boolean)) return false;
    }
    return true;
  }

  /** Opens what was not seen before. */
  #open(pages: readonly MarkerPage[]): readonly RevocationMarker[] {
    const seen = this.#seen;
    this.#seen = new Map(pages.map(({ name, members }) => [name, new Set(members)]));
    return pages.flatMap(({ name, members }) =>
      members.filter((member) => !seen.get(name)?.has(member)).flatMap((member) => this.#seal.open(name, member) ?? []),
    );
  }
}

const alone: MarkerSharing = {
  share: async () => false,
  starting: () => undefined,
  close: async () => {},
};

/**
 * Lets processes that share a store know of each other's evictions. A marker is told to those who listen, and kept in the store
 * for as long as it counts, for those who do not listen at that moment. They read the store when they begin, and every thirty
 * seconds. What the store lacks when it is back is added.
 */
export function shareMarkers(markers: RevocationMarkers, options: MarkerSharingOptions): MarkerSharing {
  return options.shared ? new SharedMarkers(markers, options.shared, options) : alone;
}
