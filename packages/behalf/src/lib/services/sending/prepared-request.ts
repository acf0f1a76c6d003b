import type { CallHookLists } from "../../config/call-hook-lists.ts";
import type { CallSettings } from "../../values/call-settings.ts";
import type { Cancellation } from "../../values/cancellation.ts";
import type { Place } from "../place.ts";
import type { CallObservation } from "./call-observation.ts";
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
  readonly settings: CallSettings;
  /** The headers that go with every request, where it has none of the same name; names and values in turn. */
  readonly fixedHeaders: readonly string[];
  /** Who is to be told of it; `undefined` for nobody. */
  readonly hooks: CallHookLists | undefined;
  /** Whether redirects are left to the program. */
  readonly keepsRedirects: boolean;
  /** What ends this request, besides what ends all of the client's. */
  readonly cancellations: readonly Cancellation[];
  readonly observation: CallObservation;
}
