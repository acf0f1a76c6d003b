import { inspect } from "node:util";
import type { Logger } from "behalf";

/** A line that was logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: object;
  readonly message: string;
}

/** A logger with every level on that keeps what it is told. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[];
  /** All that it holds, as deep as one can look. */
  text(): string;
}

/** Shows all of a value: what `inspect` finds, hidden properties too, and what JSON has. */
export function showDeeply(value: unknown): string {
  return `${inspect(value, { depth: null, showHidden: true, maxStringLength: null })}\n${JSON.stringify(value)}`;
}

/** Creates a logger that keeps what it is told. */
export function createRecordingLogger(): RecordingLogger {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine["level"]) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return {
    lines,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
    isLevelEnabled: () => true,
    text: () => showDeeply(lines),
  };
}
