// A program: what many calls leave behind, in a process of its own.
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { answerParent } from "../children/answer-parent.ts";
import { findRow } from "../find-row.ts";
import { drive, type Load } from "../measuring/drive.ts";
import { openChecked } from "../measuring/open-checked.ts";
import type { Site } from "../site/site.ts";

/** What a process holds after a collection. */
export interface Held {
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** What keeps the process alive: timers that run, requests under way, connections in use. */
  readonly handles: number;
  /** Open files and connections, used or idle; 0 where the system does not list them. */
  readonly files: number;
  readonly cpuUs: number;
}

const openFiles = "/dev/fd";
const settleMs = 100;

/** Reads when the last connections are at rest. */
async function readHeld(cpuUs: number): Promise<Held> {
  await wait(settleMs);
  if (!globalThis.gc) throw new Error("The collector must be exposed.");
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  const files = existsSync(openFiles) ? readdirSync(openFiles).length : 0;
  return { heapBytes: heapUsed + external, rssBytes: rss, handles, files, cpuUs };
}

const [, , name = "", siteText = ""] = process.argv;
const site: Site = JSON.parse(siteText);
const opened = openChecked(findRow(name), site);

answerParent<Load>(async (load) => {
  const { call } = await opened;
  const { cpuUs } = await drive(call, load);
  return readHeld(cpuUs);
});
