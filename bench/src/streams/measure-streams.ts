// A program: one client in a process of its own, reading and writing streams.
import { answerParent } from "../children/answer-parent.ts";
import { drive, type Load } from "../measuring/drive.ts";
import { BlobCheck, blobLength } from "../site/blob.ts";
import type { Site } from "../site/site.ts";
import type { Direction, OpenStreams, StreamRow } from "./stream-row.ts";
import { findStreamRow } from "./stream-row-list.ts";

/** What is measured. */
export interface StreamQuestion {
  readonly direction: Direction;
  readonly load: Load;
}

/** Opens a row, and makes sure that both ways carry the very bytes. */
async function openChecked(row: StreamRow, site: Site): Promise<OpenStreams> {
  const open = await row.load();
  const opened = await open(site);
  const check = new BlobCheck();
  await opened.download((chunk) => check.take(chunk));
  if (!check.whole) throw new Error(`The row "${row.name}" does not read the bytes that were sent.`);
  await opened.upload();
  return opened;
}

const [, , name = "", siteText = ""] = process.argv;
const site: Site = JSON.parse(siteText);
const opening = openChecked(findStreamRow(name), site);

async function download({ download }: OpenStreams): Promise<void> {
  let length = 0;
  await download((chunk) => {
    length += chunk.length;
  });
  if (length !== blobLength) throw new Error("A download was cut short.");
}

answerParent<StreamQuestion>(async ({ direction, load }) => {
  const opened = await opening;
  return drive(direction === "download" ? () => download(opened) : opened.upload, load);
});
