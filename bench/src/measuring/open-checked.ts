import type { OpenRow, Row } from "../row.ts";
import { isItem, type Site } from "../site/site.ts";

/** Opens a row, and makes sure that its call gives the item. */
export async function openChecked(row: Row, site: Site): Promise<OpenRow> {
  const open = await row.load();
  const opened = await open(site);
  if (!isItem(await opened.call())) throw new Error(`The row "${row.name}" does not get the item.`);
  return opened;
}
