import { BehalfError } from "../errors/behalf-error.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";

/**
 * Turns what a function of the program threw into an error that tells a stranger nothing: frameworks show others with their stack,
 * and a message may quote the credential. Errors of this package, and the reason of an abort, go on as they are.
 */
export function toProgramError(path: string, error: unknown, signal?: AbortSignal): unknown {
  if (BehalfError.is(error) || (signal?.aborted && error === signal.reason)) return error;
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  const fix = "Catch it there, or throw a CallerTokenError to refuse the caller.";
  return new ConfigurationError([{ path, given: `a function that threw (${kind})`, fix }]);
}

/**
 * Calls a function of the program.
 *
 * @throws {ConfigurationError} for what it throws
 */
export async function callProgram<result>(
  path: string,
  work: () => result | Promise<result>,
  signal?: AbortSignal,
): Promise<result> {
  try {
    return await work();
  } catch (error) {
    throw toProgramError(path, error, signal);
  }
}
