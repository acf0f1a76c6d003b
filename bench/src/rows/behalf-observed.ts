import { subscribe } from "node:diagnostics_channel";
import type { OpenTheRow } from "../row.ts";
import { openBehalf } from "./behalf.ts";

/** The same as the row `behalf`, with a listener for the record of each call. */
export const openBehalfObserved: OpenTheRow = async (site) => {
  let observed = 0;
  subscribe("behalf:call", () => {
    observed += 1;
  });
  const row = await openBehalf(site);
  await row.call();
  if (observed !== 1) throw new Error("The call was not observed.");
  return row;
};
