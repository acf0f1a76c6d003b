import type { Cancellation } from "../values/cancellation.ts";
import type { CallObservation } from "./call-observation.ts";
import type { Place } from "./place.ts";
import type { RequestBody } from "./request-body.ts";

/** A request that is checked and ready to be sent by an {@link HttpClient}. */
export interface PreparedRequest {
  readonly place: Place;
  readonly method: string;
  /** Names and values in turn; none of them is Behalf's own. */
  readonly headers: readonly string[];
  readonly body: RequestBody;
  readonly timeoutMs: number;
  readonly streams: boolean;
  /** What ends this request, besides what ends all of the client's. */
  readonly cancellations: readonly Cancellation[];
  readonly observation: CallObservation;
}
