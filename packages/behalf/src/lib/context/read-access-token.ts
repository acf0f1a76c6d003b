import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { ActorToken } from "../values/actor-token.ts";
import { readCredential, toToken } from "./read-credential.ts";
import type { RequestContext } from "./request-context.ts";

/**
 * Reads the access token that the request carries in a header, unvalidated.
 *
 * @throws {CallerTokenError} when there is none, two, or credentials of another kind
 */
export function readAccessToken(context: RequestContext, header: string): ActorToken {
  const credential = readCredential(context, [header]);
  if (!credential) throw new CallerTokenError("missing");
  return toToken(credential);
}
