import type { OpenRow, Row } from "../row.ts";
import { type Site, sku } from "../site/site.ts";

/** Opens a row, and makes sure that its call gives the item. */
export async function openChecked(row: Row, site: Site): Promise<OpenRow> {
  const open = await row.load();
  const opened = await open(site);
  const item = await opened.call();
  const isItem = typeof item === "object" && item !== null && "sku" in item && item.sku === sku;
  if (!isItem) throw new Error(`The row "${row.name}" does not get the item.`);
  return opened;
}
