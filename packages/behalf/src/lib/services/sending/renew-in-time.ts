import { untilAborted } from "../../oauth/until-aborted.ts";
import { withDeadline } from "../../oauth/with-deadline.ts";
import { whileNotCancelled } from "../../transport/cancellation.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Cancellation } from "../../values/cancellation.ts";

/** When a renewal is given up. */
export interface RenewalBounds {
  readonly timeoutMs: number;
  readonly cancellations: readonly Cancellation[];
}

/**
 * Renews a refused token within what is left of the time of its call; `undefined` when that is over: the refusal is the answer.
 *
 * @throws the reason of a cancellation, and what the renewal throws in time
 */
export function renewInTime(
  renew: (deadline: AbortSignal) => Promise<ActorToken | undefined>,
  { timeoutMs, cancellations }: RenewalBounds,
): Promise<ActorToken | undefined> {
  return whileNotCancelled(cancellations, (cancelled) =>
    withDeadline({ timeoutMs, signal: cancelled }, async (deadline) => {
      try {
        const renewed = await untilAborted(renew(deadline), deadline);
        cancelled.throwIfAborted();
        return renewed;
      } catch (error) {
        cancelled.throwIfAborted();
        if (deadline.aborted) return undefined;
        throw error;
      }
    }),
  );
}
