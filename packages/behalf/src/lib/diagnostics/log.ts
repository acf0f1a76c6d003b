import type { Logger } from "./logger.ts";

/** The levels of a logger. */
export type Level = "debug" | "info" | "warn" | "error";

/** Writes a line. A logger that fails takes no call and no answer with it. */
export function log(logger: Logger, level: Level, line: readonly [fields: object, message: string]): void {
  try {
    logger[level](...line);
  } catch {
    // There is no one left to tell.
  }
}
