import { untilAborted } from "../../oauth/until-aborted.ts";
import { withDeadline } from "../../oauth/with-deadline.ts";
import { whileNotCancelled } from "../../transport/cancellation.ts";
import type { AttemptBounds } from "../../transport/resilience.ts";
import { TransportError } from "../../transport/transport-error.ts";

/**
 * Waits for what a program does in a call no longer than the call may take.
 *
 * @throws {TransportError} when the time is over
 * @throws the reason of a cancellation, and what the program throws
 */
export function untilOver<value>(
  pending: PromiseLike<value>,
  { timeoutMs, cancellations }: AttemptBounds,
): Promise<value> {
  const settled = Promise.resolve(pending).then((value) => ({ value }));
  return whileNotCancelled(cancellations, (cancelled) =>
    withDeadline({ timeoutMs: Math.max(1, timeoutMs), signal: cancelled }, async (deadline) => {
      const done = await untilAborted(settled, deadline);
      if (done) return done.value;
      throw cancelled.aborted ? cancelled.reason : new TransportError("timeout", { sent: false });
    }),
  );
}
