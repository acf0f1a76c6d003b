import { startChild } from "../children/start-child.ts";
import type { Load } from "../measuring/drive.ts";
import type { Cells } from "../report/format-columns.ts";
import type { Row } from "../row.ts";
import { baseline, rows } from "../row-list.ts";
import { type Asked, chooseRows, type Suite, type SuiteContext, type SuiteReport } from "../suite.ts";
import type { Held } from "./measure-endurance.ts";
import { toSlope } from "./slope.ts";

interface Reading extends Held {
  readonly calls: number;
}

interface Endured {
  readonly row: Row;
  readonly readings: readonly Reading[];
  /** Growth of the heap and of the resident set, in bytes a call. */
  readonly heapSlope: number;
  readonly rssSlope: number;
}

const steps = 10;
/** The baseline is there to show how far the readings wander by themselves; fewer calls tell that. */
const controlShare = 5;
/** Growth of a MiB in a million calls is the wandering of a heap; one object kept of each call is a hundred times that. */
const flatBytesPerCall = 1;
const mebibyte = 1_048_576;

const toMebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(1);
const count = (value: number): string => value.toLocaleString("en");

function toCells({ row, readings }: Endured): readonly Cells[] {
  return readings.map(({ calls, heapBytes, rssBytes, handles, files, cpuUs }, index) => [
    index === 0 ? row.title : "",
    count(calls),
    toMebibytes(heapBytes),
    toMebibytes(rssBytes),
    String(handles),
    String(files),
    cpuUs.toFixed(1),
  ]);
}

/** The first reading comes after the first part of the calls, when everything is compiled and every connection open. */
async function endure(row: Row, { site }: SuiteContext, { calls, concurrency }: Load): Promise<Endured> {
  const child = startChild(
    new URL("./measure-endurance.js", import.meta.url),
    [row.name, JSON.stringify(site)],
    ["--expose-gc"],
  );
  try {
    const readings: Reading[] = [];
    const part = Math.ceil(calls / steps);
    for (let done = part; done <= calls; done += part) {
      readings.push({ calls: done, ...(await child.ask<Held>({ calls: part, concurrency } satisfies Load)) });
    }
    const slopeOf = (read: (reading: Reading) => number): number =>
      toSlope(readings.map((reading) => ({ calls: reading.calls, value: read(reading) })));
    const heapSlope = slopeOf(({ heapBytes }) => heapBytes);
    return { row, readings, heapSlope, rssSlope: slopeOf(({ rssBytes }) => rssBytes) };
  } finally {
    await child.end();
  }
}

function formatRange(values: readonly number[]): string {
  return `${Math.min(...values)} to ${Math.max(...values)}`;
}

function formatSlope({ row, readings, heapSlope, rssSlope }: Endured): string {
  const flat = Math.abs(heapSlope) <= flatBytesPerCall ? "flat" : "not flat";
  return (
    `${row.name}: over ${count(readings.at(-1)?.calls ?? 0)} calls the heap grows by ${heapSlope.toFixed(3)} bytes a call ` +
    `(${flat}), the resident set by ${rssSlope.toFixed(3)}; handles ${formatRange(readings.map(({ handles }) => handles))}, ` +
    `open files ${formatRange(readings.map(({ files }) => files))}.`
  );
}

const usual = ["undici-request", "behalf"];

async function run(context: SuiteContext, asked: Asked): Promise<SuiteReport> {
  const { calls = 1_000_000, names = usual, concurrencies: [concurrency = 64] = [] } = asked;
  const results: Endured[] = [];
  for (const row of chooseRows(rows, names)) {
    const share = row === baseline ? controlShare : 1;
    results.push(await endure(row, context, { calls: Math.ceil(calls / share), concurrency }));
    context.onMeasured(row.name);
  }
  return {
    heading:
      `${count(calls)} calls, ${concurrency} at a time, read after each tenth of them and a collection ` +
      "(the baseline, as a control: a fifth of the calls)",
    tables: [
      [["row", "calls", "heap MiB", "rss MiB", "handles", "open files", "µs a call"], ...results.flatMap(toCells)],
    ],
    verdicts: results.map(formatSlope),
    measured: { calls, concurrency, rows: results },
  };
}

/** Measures what many calls leave behind: heap, resident set and handles. */
export const enduranceSuite: Suite = { name: "endurance", rows, run };
