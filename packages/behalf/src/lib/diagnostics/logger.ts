/** A logger of pino's shape. The fields never hold a token, a secret or a personal datum. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether a level is on, as pino has it; without it, every level is taken to be on. */
  isLevelEnabled?(level: string): boolean;
}

const write = (level: "warn" | "error", fields: object, message: string): void => {
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, message })}\n`);
};

const silent = (): void => {};

/** The logger when none is given: warnings and errors to stderr, a JSON object a line. */
export const stderrLogger: Logger = {
  debug: silent,
  info: silent,
  warn: (fields, message) => write("warn", fields, message),
  error: (fields, message) => write("error", fields, message),
  isLevelEnabled: (level) => level === "warn" || level === "error",
};
