import type { StoreAnswer } from "../tokens/shared/guard-store.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import type { Now } from "../values/clock.ts";
import type { SharedParts } from "./connect-store.ts";

/** The members of one page, sealed for its name. */
export interface MarkerPage {
  readonly name: string;
  readonly members: readonly string[];
}

/** The sealed markers in the shared store. Each question gives `undefined` where the store does not answer. */
export interface MarkerPages {
  /** Adds what `seal` makes of the name of a page to that page. */
  add(seal: (page: string) => string, livesMs: number): (store: SharedStore) => Promise<unknown>;
  /** Gives every page, or those only that were written to at an instant or later. */
  read(writtenFrom: number): Promise<readonly MarkerPage[] | undefined>;
  /** Gives a text that changes when the store has lost what was in it; none, where it has none and takes none. */
  readEpoch(): Promise<StoreAnswer<string | undefined> | undefined>;
}

/** What pages are kept in. */
export interface MarkerPagesOptions extends Pick<SharedParts, "store" | "seal"> {
  /** How long a marker is kept, in milliseconds. */
  readonly keepMs: number;
  readonly now: Now;
}

/** Pages are small, so that each is read in time, and few, so that all of them are. */
const turnMs = 600_000;
const sharedPlaces = 50;
const ownPlaces = 500;
const pagesAtOnce = 8;

const toTurn = (instant: number): number => Math.floor(instant / turnMs);
/** What is no label has no turn, which is no turn from which on anything is read. */
const readTurn = (label: string): number => Number.parseInt(label, 10);

/**
 * Names the page for the next marker: one for all processes in ten minutes, of which each fills a few places; whoever writes
 * more has pages of its own.
 */
function createLabels(now: Now): () => string {
  const own = crypto.randomUUID();
  let present = Number.NaN;
  let written = 0;
  return () => {
    const turn = toTurn(now());
    if (turn !== present) written = 0;
    present = turn;
    const beyond = written - sharedPlaces;
    written += 1;
    return beyond < 0 ? String(turn) : `${turn}.${own}.${Math.floor(beyond / ownPlaces)}`;
  };
}

/** Creates the pages. Their labels tell when something was evicted, and nothing of what: they stand in clear in an index. */
export function createMarkerPages({ store, seal, keepMs, now }: MarkerPagesOptions): MarkerPages {
  const nextLabel = createLabels(now);
  const epochName = seal.nameOf("markers", "epoch");
  const labelsName = seal.nameOf("markers", "pages");

  /** Each key of the ring has names of its own. */
  const namePages = (labels: readonly (readonly string[])[], from: number): readonly string[] =>
    labels.flatMap((ofKey, position) =>
      ofKey
        .filter((text) => readTurn(text) >= toTurn(from))
        .flatMap((text) => seal.namesOf("markers", `page ${text}`)[position] ?? []),
    );

  const list = (names: readonly string[]) =>
    store.ask((present) => Promise.all(names.map((name) => present.list(name))));

  return {
    add(sealFor, livesMs) {
      const text = nextLabel();
      const page = seal.nameOf("markers", `page ${text}`);
      const member = sealFor(page);
      return (present) =>
        Promise.all([present.enlist(labelsName, text, keepMs + turnMs), present.enlist(page, member, livesMs)]);
    },
    async read(writtenFrom) {
      const labels = await list(seal.namesOf("markers", "pages"));
      if (!labels) return undefined;
      const names = namePages(labels.value, writtenFrom);
      const pages: MarkerPage[] = [];
      for (let at = 0; at < names.length; at += pagesAtOnce) {
        const some = names.slice(at, at + pagesAtOnce);
        const answer = await list(some);
        if (!answer) return undefined;
        pages.push(...some.map((name, position) => ({ name, members: answer.value[position] ?? [] })));
      }
      return pages;
    },
    async readEpoch() {
      const known = await store.ask((present) => present.read(epochName));
      if (!known || known.value !== undefined) return known;
      const change = { expected: undefined, text: crypto.randomUUID(), livesMs: keepMs };
      await store.ask((present) => present.replace(epochName, change), "write");
      return store.ask((present) => present.read(epochName));
    },
  };
}
