import { startChild } from "../children/start-child.ts";
import type { Load } from "../measuring/drive.ts";
import type { Row } from "../row.ts";
import type { SiteCounts } from "../site/traffic.ts";
import type { SuiteContext } from "../suite.ts";
import type { ColdAnswer, ColdQuestion } from "./measure-cold.ts";

/** What is measured each time. */
export interface ColdLoad extends Load {
  readonly open: "openCold" | "openWarm";
  /** After so many requests the backend refuses every token issued before. */
  readonly refuseAfter: number | undefined;
}

/** One measurement: what the calls cost, and what the servers were asked. */
export type ColdMeasurement = ColdAnswer & SiteCounts;

/** A row in a process of its own, with a fresh client for each measurement. */
export interface ColdWorker {
  measure(load: ColdLoad): Promise<ColdMeasurement>;
  end(): Promise<void>;
}

const program = new URL("./measure-cold.js", import.meta.url);

/** Starts the process of a row. */
export function startCold(row: Row, context: SuiteContext): ColdWorker {
  const child = startChild(program, [row.name, JSON.stringify(context.site)]);
  const ask = <answer>(question: ColdQuestion): Promise<answer> => child.ask<answer>(question);
  return {
    async measure({ open, refuseAfter, calls, concurrency }) {
      await ask(open);
      await context.watch(refuseAfter);
      const answer = await ask<ColdAnswer>({ calls, concurrency });
      const counts = await context.count();
      await ask("close");
      return { ...answer, ...counts };
    },
    end: child.end,
  };
}
