import type { RequestContext } from "../../context/request-context.ts";
import type { ActorToken } from "../../values/actor-token.ts";

/** Takes the sidecar's place on a developer's machine. */
export interface DevProxy {
  /**
   * Whether the proxy acts for a request; not for those that its predicate picks.
   *
   * @throws {CallerTokenError} `notLocal`, when the request does not come from this machine, or this is production
   */
  applies(context: RequestContext): boolean;
  /**
   * Gives the assertion that the sidecar would have sent for the token; from memory while it lasts.
   *
   * @throws {CallerTokenError} `assertion`, when the sidecar refuses the token
   * @throws {TokenUnreachableError} when it gives no usable answer
   */
  assert(token: ActorToken, signal: AbortSignal): Promise<ActorToken>;
}
