import type { AuthNode } from "../config/auth-node.ts";
import { toErrorUrl, translateError } from "../oauth/translate-error.ts";
import { withDeadline } from "../oauth/with-deadline.ts";

/** What is asked about a caller, of whom, and until when. */
export interface TimedQuestion {
  readonly auth: AuthNode;
  /** The issuer of the instance, for a node that names none. */
  readonly authority: string;
  readonly grant: string;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

const timeoutMs = 5_000;

/**
 * Gives work five seconds, from the first credential that is read to the last byte of the answer.
 *
 * @throws {TokenUnreachableError} when they are over
 */
export function askInTime<answer>(
  { auth, authority, grant, signal }: TimedQuestion,
  work: (deadline: AbortSignal) => Promise<answer>,
): Promise<answer> {
  const { clientId: client = "-", configPath: service } = auth;
  return withDeadline({ timeoutMs, signal }, async (deadline) => {
    try {
      return await work(deadline);
    } catch (error) {
      if (error !== deadline.reason) throw error;
      const url = toErrorUrl(new URL(auth.authority ?? authority));
      throw translateError(error, { url, client, service, grant });
    }
  });
}
