import { CallerTokenError } from "../errors/caller-token-error.ts";
import { ActorToken } from "../values/actor-token.ts";
import { BearerToken } from "../values/bearer-token.ts";
import type { RequestContext } from "./request-context.ts";

const standardHeader = "authorization";
const bareToken = /^[\x21-\x7e]+$/;

/**
 * Reads the access token that the request carries, unvalidated.
 *
 * The standard header needs the scheme `Bearer`; a custom one may carry the bare token. A header that comes twice
 * is refused, for two readers could take different ones.
 *
 * @throws {CallerTokenError} when there is none, two, or credentials of another kind
 */
export function readAccessToken(context: RequestContext, header: string): ActorToken {
  const values = context.headerValues(header);
  const [value] = values;
  if (value === undefined) throw new CallerTokenError("missing");
  if (values.length > 1) throw new CallerTokenError("twoTokens");
  const bearer = BearerToken.tryParse(value);
  if (bearer) return bearer;
  if (header !== standardHeader && bareToken.test(value)) return new ActorToken(value);
  throw new CallerTokenError(header === standardHeader && /^bearer( |$)/i.test(value) ? "malformed" : "scheme");
}
