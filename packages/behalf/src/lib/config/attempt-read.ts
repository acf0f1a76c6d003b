import { ConfigurationError, type ConfigurationProblem } from "../errors/configuration-error.ts";

const unread = { given: "nothing that can be read at the start", fix: "Give it itself, or by fromEnv or fromFile." };

/** Tries to read what is needed without waiting, and tells why it cannot be. */
export function attemptRead(path: string, read: () => unknown): readonly ConfigurationProblem[] {
  try {
    return read() === undefined ? [{ path, ...unread }] : [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}
