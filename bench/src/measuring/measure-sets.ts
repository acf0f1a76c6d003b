import type { ComparedRow } from "../row.ts";
import { type Comparison, type Measure, type Round, takeTurns, toComparison } from "./compare.ts";
import type { Load } from "./drive.ts";

/** A row in a process of its own. */
export interface Contestant {
  /** One a column of the table. */
  readonly measures: readonly Measure[];
  end(): Promise<void>;
}

/** What is measured in one column of the table. */
export interface Column {
  readonly load: Load;
  /** What is done before, so that the code is compiled and everything is in memory. */
  readonly warmUp: Load;
}

/** What is compared with what, and how often. */
export interface Contest<row extends ComparedRow> {
  readonly baseline: row;
  readonly rows: readonly row[];
  readonly columns: readonly Column[];
  /** How many rounds count, in all sets together. */
  readonly rounds: number;
  /** How many fresh sets of processes the rounds are spread over; peers are measured in the first, in nine rounds at most. */
  readonly sets: number;
  start(row: row): Promise<Contestant>;
  onMeasured(name: string): void;
}

/** A row with its comparisons, one a column of the table. */
export interface RowResult {
  readonly row: ComparedRow;
  readonly comparisons: readonly Comparison[];
}

/** The rounds of a row, one list a column. */
type Gathered = Map<ComparedRow, Round[][]>;

/** Peers are several times slower: a third of the calls, in nine rounds, tells as much of them. */
const peerShare = 3;
const mostPeerRounds = 9;

function loadOf({ kind }: ComparedRow, { calls, concurrency }: Load): Load {
  return { calls: kind === "peer" ? Math.ceil(calls / peerShare) : calls, concurrency };
}

/** How many of the rounds are of this set: as many as of any other, or one more. */
function roundsOf(
  { kind }: ComparedRow,
  set: number,
  { rounds, sets }: Pick<Contest<ComparedRow>, "rounds" | "sets">,
): number {
  if (kind === "peer") return Math.min(rounds, mostPeerRounds);
  return Math.floor(((set + 1) * rounds) / sets) - Math.floor((set * rounds) / sets);
}

/** What is measured now. */
interface Turn<row extends ComparedRow> {
  readonly row: row;
  readonly rounds: number;
  readonly baseline: Contestant;
}

async function measureRow<row extends ComparedRow>(
  { row: one, rounds, baseline }: Turn<row>,
  { columns, start }: Contest<row>,
): Promise<readonly (readonly Round[])[]> {
  const contestant = await start(one);
  try {
    const gathered: (readonly Round[])[] = [];
    for (const [index, { load, warmUp }] of columns.entries()) {
      const [measure, measureBaseline] = [contestant.measures[index], baseline.measures[index]];
      if (!measure || !measureBaseline) throw new RangeError(`The row "${one.name}" lacks a column.`);
      await measure(loadOf(one, warmUp));
      const pair = { baseline: measureBaseline, row: measure };
      gathered.push(await takeTurns(pair, { rounds, ...loadOf(one, load) }));
    }
    return gathered;
  } finally {
    await contestant.end();
  }
}

async function measureSet<row extends ComparedRow>(
  contest: Contest<row>,
  set: number,
  gathered: Gathered,
): Promise<void> {
  const baseline = await contest.start(contest.baseline);
  try {
    for (const [index, { warmUp }] of contest.columns.entries()) await baseline.measures[index]?.(warmUp);
    for (const row of contest.rows.filter(({ kind }) => set === 0 || kind !== "peer")) {
      const columns = gathered.get(row) ?? contest.columns.map(() => []);
      gathered.set(row, columns);
      const measured = await measureRow({ row, rounds: roundsOf(row, set, contest), baseline }, contest);
      for (const [index, rounds] of measured.entries()) columns[index]?.push(...rounds);
      contest.onMeasured(contest.sets > 1 ? `${row.name} (set ${set + 1})` : row.name);
    }
  } finally {
    await baseline.end();
  }
}

/**
 * Measures the rows one after the other, each by turns with one and the same baseline; and that in fresh processes, several
 * times, for no two processes of the same program are equally fast.
 */
export async function measureSets<row extends ComparedRow>(contest: Contest<row>): Promise<readonly RowResult[]> {
  const gathered: Gathered = new Map();
  for (let set = 0; set < contest.sets; set += 1) await measureSet(contest, set, gathered);
  return contest.rows.map((row) => ({
    row,
    comparisons: contest.columns.map(({ load }, index) =>
      toComparison(load.concurrency, gathered.get(row)?.[index] ?? []),
    ),
  }));
}
