import type { Now } from "../../values/clock.ts";
import { createPartyNumbering, type NameParty, type PartyNumbering } from "../number-parties.ts";
import { createEvictionRecords } from "./eviction-records.ts";
import { createTargetServices, type TargetServices } from "./target-services.ts";
import { type Drop, type Evictable, type ReadEviction, readEviction, type TokenEviction } from "./token-eviction.ts";

/** Where an eviction was left. */
export type EvictionOrigin = "here" | "elsewhere";

/** What was given up of the tokens of an instance. */
export interface Evictions {
  readonly numbers: PartyNumbering;
  readonly services: TargetServices;
  /** Takes note of evictions, each once, and has those that hold tokens drop what they are about. */
  note(evictions: readonly TokenEviction[], origin: EvictionOrigin): void;
  /** Has somebody told of what is to be dropped. */
  listen(drop: Drop): void;
  /** How many were noted so far. */
  readonly noted: number;
  /** Whether a token was given up while it was fetched: `noted` is what was known when that began. */
  concernSince(noted: number, one: Evictable): boolean;
  /** Is over when those are known that were left before this process began; from then on it gives `undefined`. */
  starting(): Promise<void> | undefined;
  /** Whether a token that another process may have fetched was given up since. */
  concern(one: Evictable): boolean;
}

/** What evictions are understood with. */
export interface EvictionsOptions {
  readonly now: Now;
  /** Names the subjects of tokens that do not say whose they are. @default nobody knows */
  readonly nameParty?: NameParty | undefined;
  /** Waits for what others left before. @default nothing */
  readonly starting?: (() => Promise<void> | undefined) | undefined;
  /** How long one is remembered, in milliseconds: a token that others fetched longer ago is not used. @default seven days */
  readonly keepMs?: number | undefined;
  /** How many are remembered. @default 100000 */
  readonly max?: number | undefined;
}

const sevenDaysMs = 604_800_000;
const usualMax = 100_000;
/** By how much the clocks of two processes may differ. */
const skewMs = 1_000;

/** Creates the evictions of an instance. */
export function createEvictions(options: EvictionsOptions): Evictions {
  const { now, nameParty, starting = () => undefined, keepMs = sevenDaysMs, max = usualMax } = options;
  const numbers = createPartyNumbering(nameParty);
  const services = createTargetServices();
  const records = createEvictionRecords({ now, keepMs, max });
  const drops: Drop[] = [];
  let noted = 0;

  const wasFetchedBy = (at: number, { fetchedAt }: Evictable): boolean => fetchedAt <= at + skewMs;

  const record = (eviction: TokenEviction, isOwn: boolean): ReadEviction => {
    const { at, ...what } = eviction;
    noted += 1;
    const read = readEviction(eviction, { numbers, services });
    records.add({ ...read, id: JSON.stringify(what), at, position: noted, isOwn });
    return read;
  };

  const concernSince: Evictions["concernSince"] = (since, one) =>
    noted > since &&
    (records.forgottenTo > since ||
      records.some(one, ({ position, isOwn, at }) => position > since && (isOwn || wasFetchedBy(at, one))));

  return {
    numbers,
    services,
    note(evictions, origin) {
      const before = noted;
      const read = evictions.map((eviction) => record(eviction, origin === "here"));
      if (read.length === 0) return;
      const owners = read.every((one) => one.owners) ? read.flatMap((one) => one.owners ?? []) : undefined;
      for (const drop of drops) drop((one) => concernSince(before, one), owners);
    },
    listen: (drop) => void drops.push(drop),
    get noted() {
      return noted;
    },
    concernSince,
    starting,
    concern: (one) => one.fetchedAt <= records.horizon || records.some(one, ({ at }) => wasFetchedBy(at, one)),
  };
}
