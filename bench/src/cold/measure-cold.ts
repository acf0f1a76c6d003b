// A program: one row in a process of its own, with a client that is opened anew for each measurement.
import { answerParent } from "../children/answer-parent.ts";
import { findRow } from "../find-row.ts";
import { drive, type Load } from "../measuring/drive.ts";
import { openChecked } from "../measuring/open-checked.ts";
import type { OpenRow } from "../row.ts";
import { isItem, type Site } from "../site/site.ts";

/** What is asked: to open a client, without a token or with one that has been used; to make calls; to close it. */
export type ColdQuestion = "openCold" | "openWarm" | "close" | Load;

/** What the calls cost together. */
export interface ColdAnswer {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** How many calls did not give the item. */
  readonly failed: number;
}

const [, , name = "", siteText = ""] = process.argv;
const site: Site = JSON.parse(siteText);
const row = findRow(name);
let opened: OpenRow | undefined;

async function makeCalls({ call }: OpenRow, load: Load): Promise<ColdAnswer> {
  let failed = 0;
  const attempt = async (): Promise<void> => {
    try {
      if (!isItem(await call())) failed += 1;
    } catch {
      failed += 1;
    }
  };
  const { cpuUs, callsPerSecond } = await drive(attempt, load);
  return { wallMs: (load.calls * 1000) / callsPerSecond, cpuMs: (cpuUs * load.calls) / 1000, failed };
}

answerParent<ColdQuestion>(async (question) => {
  if (question === "openCold") opened = await (await row.load())(site);
  else if (question === "openWarm") opened = await openChecked(row, site);
  else if (question === "close") await opened?.close();
  else if (opened) return makeCalls(opened, question);
  else throw new Error("No client is open.");
  return true;
});
