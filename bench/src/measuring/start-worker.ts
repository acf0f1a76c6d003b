import { askRow } from "../children/ask-row.ts";
import { startChild } from "../children/start-child.ts";
import type { Row } from "../row.ts";
import type { Site } from "../site/site.ts";
import type { Measure } from "./compare.ts";
import type { Measurement } from "./drive.ts";

/** A row in a process of its own. */
export interface Worker {
  readonly measure: Measure;
  end(): Promise<void>;
}

const program = new URL("./measure-row.js", import.meta.url);

/** Starts the process of a row. */
export function startWorker(row: Row, site: Site): Worker {
  const child = startChild(program, [row.name, JSON.stringify(site)]);
  return { measure: (load) => askRow<Measurement>(child, load), end: child.end };
}
