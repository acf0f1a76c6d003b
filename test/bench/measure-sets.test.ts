import { describe, expect, it } from "vitest";
import type { Load, Measurement } from "../../bench/src/measuring/drive.ts";
import { type Contest, measureSets } from "../../bench/src/measuring/measure-sets.ts";
import type { ComparedRow } from "../../bench/src/row.ts";

const baseline: ComparedRow = { name: "baseline", title: "the baseline", kind: "bound" };
const behalf: ComparedRow = { name: "behalf", title: "Behalf", kind: "behalf" };
const peer: ComparedRow = { name: "peer", title: "a peer", kind: "peer" };

interface Watched {
  readonly contest: Contest<ComparedRow>;
  readonly started: string[];
  readonly ended: string[];
  /** Who was measured, in order, with which load. */
  readonly measured: { readonly name: string; readonly load: Load }[];
}

/** A contest without processes: `measure` says what a row's measurement gives. */
function watch(
  given: Partial<Contest<ComparedRow>>,
  measure: (name: string, set: number) => Measurement = () => ({ cpuUs: 1, callsPerSecond: 1 }),
): Watched {
  const [started, ended, measured]: [string[], string[], Watched["measured"]] = [[], [], []];
  const contest: Contest<ComparedRow> = {
    baseline,
    rows: [behalf, peer],
    columns: [{ load: { calls: 30, concurrency: 4 }, warmUp: { calls: 6, concurrency: 2 } }],
    rounds: 2,
    sets: 2,
    async start({ name }) {
      started.push(name);
      const set = started.filter((other) => other === name).length;
      const measureOne = async (load: Load): Promise<Measurement> => {
        measured.push({ name, load });
        return measure(name, set);
      };
      return { measures: [measureOne], end: async () => void ended.push(name) };
    },
    onMeasured() {},
    ...given,
  };
  return { contest, started, ended, measured };
}

describe("measureSets", () => {
  it("starts fresh processes for each set, and peers in the first alone", async () => {
    const { contest, started, ended } = watch({});
    await measureSets(contest);
    expect(started).toEqual(["baseline", "behalf", "peer", "baseline", "behalf"]);
    expect(ended.toSorted()).toEqual(started.toSorted());
  });

  it("spreads the rounds over the sets, with a round in each that does not count", async () => {
    const { contest, measured } = watch({ rows: [behalf], rounds: 9, sets: 3 });
    await measureSets(contest);
    const rounds = measured.filter(({ name, load }) => name === "behalf" && load.calls === 30);
    expect(rounds).toHaveLength(3 * (1 + 3));
  });

  it("measures as many rounds as it was told, also where they do not divide evenly", async () => {
    const { contest, measured } = watch({ rows: [behalf], rounds: 3, sets: 2 });
    await measureSets(contest);
    expect(measured.filter(({ name, load }) => name === "behalf" && load.calls === 30)).toHaveLength(2 + 3);
  });

  it("lets baseline and row take turns", async () => {
    const { contest, measured } = watch({ rows: [behalf], rounds: 1, sets: 1 });
    await measureSets(contest);
    expect(measured.filter(({ load }) => load.calls === 30).map(({ name }) => name)).toEqual([
      ...["baseline", "behalf"],
      ...["baseline", "behalf"],
    ]);
  });

  it("has a peer make a third of the calls, in all rounds", async () => {
    const { contest, measured } = watch({ rows: [peer], rounds: 4, sets: 2 });
    await measureSets(contest);
    expect(measured.filter(({ name, load }) => name === "peer" && load.calls === 10)).toHaveLength(1 + 4);
  });

  it("gives the median of the ratios of all sets", async () => {
    const cpuUs = [0, 100, 110, 400];
    const { contest } = watch({ rows: [behalf], rounds: 3, sets: 3 }, (name, set) => ({
      cpuUs: name === "behalf" ? (cpuUs[set] ?? 0) : 100,
      callsPerSecond: 1,
    }));
    const [result] = await measureSets(contest);
    expect(result?.comparisons[0]?.cpuRatio).toEqual({ median: 1.1, lowest: 1, highest: 4 });
  });

  it("leaves the first round of a set out", async () => {
    let measurements = 0;
    const { contest } = watch({ rows: [behalf], rounds: 1, sets: 1 }, (name) => {
      if (name === "behalf") measurements += 1;
      const warm = name === "baseline" || measurements > 2;
      return { cpuUs: warm ? 1 : 900, callsPerSecond: 1 };
    });
    const [result] = await measureSets(contest);
    expect(result?.comparisons[0]?.cpuRatio.highest).toBe(1);
  });

  it("ends the processes when a measurement fails", async () => {
    const { contest, started, ended } = watch({}, (name) => {
      if (name === "behalf") throw new Error("the backend answered 500");
      return { cpuUs: 1, callsPerSecond: 1 };
    });
    await expect(measureSets(contest)).rejects.toThrow("the backend answered 500");
    expect(ended.toSorted()).toEqual(started.toSorted());
  });
});
