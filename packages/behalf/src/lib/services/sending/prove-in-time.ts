import type { DpopProver, Proof, ProvenRequest } from "../../oauth/dpop.ts";
import { untilAborted } from "../../oauth/until-aborted.ts";
import { withDeadline } from "../../oauth/with-deadline.ts";
import { whileNotCancelled } from "../../transport/cancellation.ts";
import { TransportError } from "../../transport/transport-error.ts";
import type { Cancellation } from "../../values/cancellation.ts";

/** When a proof is given up. */
export interface ProofBounds {
  readonly timeoutMs: number;
  readonly cancellations: readonly Cancellation[];
}

/**
 * Makes a proof within the time of its call: the key may be somebody else's, who signs when they like.
 *
 * @throws {TransportError} when the time is over
 * @throws the reason of a cancellation, and what the signing throws
 */
export function proveInTime(
  prover: DpopProver,
  proven: ProvenRequest,
  { timeoutMs, cancellations }: ProofBounds,
): Promise<Proof> {
  return whileNotCancelled(cancellations, (cancelled) =>
    withDeadline({ timeoutMs, signal: cancelled }, async (deadline) => {
      const proof = await untilAborted(prover.prove(proven), deadline);
      if (proof) return proof;
      throw cancelled.aborted ? cancelled.reason : new TransportError("timeout", { sent: false });
    }),
  );
}
