import { coldRows } from "./cold/cold-row-list.ts";
import { exchangeRows } from "./exchange/exchange-row-list.ts";
import type { Row } from "./row.ts";
import { rows } from "./row-list.ts";

/** Finds a row of any suite that makes calls, by its name. */
export function findRow(name: string): Row {
  const row = [...rows, ...exchangeRows, ...coldRows].find((candidate) => candidate.name === name);
  if (!row) throw new RangeError(`There is no row "${name}".`);
  return row;
}
