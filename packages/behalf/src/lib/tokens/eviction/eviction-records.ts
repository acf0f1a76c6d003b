import type { Evictable, ReadEviction } from "./token-eviction.ts";

/** An eviction that is remembered. */
export interface EvictionRecord extends ReadEviction {
  /** The same for evictions of the same tokens. */
  readonly id: string;
  readonly at: number;
  /** How many this process knew of, with this one. */
  readonly position: number;
  /** Whether it was left here, and not in another process. */
  readonly isOwn: boolean;
}

/** Evictions, found by whom they are about. */
export interface EvictionRecords {
  add(record: EvictionRecord): void;
  /** Whether one of those that are about a token counts. */
  some(one: Evictable, counts: (record: EvictionRecord) => boolean): boolean;
  /** What was fetched up to this instant counts as evicted: what happened to it is no longer remembered. */
  readonly horizon: number;
  /** The last position of those that are no longer remembered. */
  readonly forgottenTo: number;
}

/** The bounds of records. */
export interface EvictionRecordsOptions {
  readonly now: () => number;
  /** How long one is remembered, in milliseconds. */
  readonly keepMs: number;
  readonly max: number;
}

/** Under a subject, else under a session, else with all others. */
const toShelf = ({ subject, session }: Pick<Evictable, "subject" | "session">): number => subject || -session;

/** Creates the records. Where there are too many, those go that were left alone for longest. */
export function createEvictionRecords({ now, keepMs, max }: EvictionRecordsOptions): EvictionRecords {
  /** The shelf to which something was added last stands last. */
  const shelves = new Map<number, readonly EvictionRecord[]>();
  let size = 0;
  let forgotten = Number.NEGATIVE_INFINITY;
  let forgottenTo = 0;

  const drop = (shelf: number, records: readonly EvictionRecord[]): void => {
    shelves.delete(shelf);
    size -= records.length;
    for (const { at, position } of records) {
      forgotten = Math.max(forgotten, at);
      forgottenTo = Math.max(forgottenTo, position);
    }
  };

  const forgetOld = (): void => {
    const earliest = now() - keepMs;
    for (const [shelf, records] of shelves) {
      if (size <= max && records.some(({ at }) => at > earliest)) return;
      drop(shelf, records);
    }
  };

  return {
    add(record) {
      const shelf = toShelf(record);
      const before = shelves.get(shelf) ?? [];
      const others = before.filter(({ id }) => id !== record.id);
      shelves.delete(shelf);
      shelves.set(shelf, [...others, record]);
      size += others.length + 1 - before.length;
      forgetOld();
    },
    some(one, counts) {
      if (size === 0) return false;
      const { subject, session } = one;
      const isOn = (shelf: number): boolean =>
        shelves.get(shelf)?.some((record) => record.concerns(one) && counts(record)) ?? false;
      return isOn(0) || (subject !== 0 && isOn(subject)) || (session !== 0 && isOn(-session));
    },
    get forgottenTo() {
      return forgottenTo;
    },
    get horizon() {
      return Math.max(forgotten, now() - keepMs);
    },
  };
}
