import type { RedisConnection, ScriptInput, StoreScript } from "./redis-connection.ts";

/** A server that was started anew, or told to forget, knows no script. */
const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT");

/** Runs a script by its digest, and with its text where the server does not know it. */
export async function runScript(
  connection: RedisConnection,
  script: StoreScript,
  input: ScriptInput,
): Promise<unknown> {
  try {
    return await connection.evalKnown(script, input);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return connection.evalText(script, input);
  }
}
