import type { Caller } from "../values/caller.ts";
import type { Capability } from "./capability.ts";
import type { RequestContext } from "./request-context.ts";

/** As whom work is done: for the caller of a request, or as this API itself. */
export type Standing = "caller" | "service";

/** What work belongs to: the request, as whom it is done, and what it may use. */
export interface Scope {
  /** The request; work outside of any has one of its own, which brought nothing. */
  readonly request: RequestContext;
  readonly standing: Standing;
  /** Who the work is for; nobody while this API acts as itself. */
  readonly caller: Caller | undefined;
  /** Under which the work is done, where it goes on after its request. */
  readonly capability: Capability | undefined;
  /**
   * Makes sure that whom the work is for was not evicted since; at once, unless it has to be found out first what others evicted.
   *
   * @throws {CapabilityError} when it was
   */
  readonly admit?: () => void | Promise<void>;
}
