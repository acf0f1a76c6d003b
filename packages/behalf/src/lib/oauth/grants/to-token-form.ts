import type { TokenRequest } from "../token-request.ts";
import { grants } from "./grants.ts";

/** The form members that no extra parameter may take. */
const protocolNames: ReadonlySet<string> = new Set([
  "grant_type",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
  "subject_token",
  "subject_token_type",
  "actor_token",
  "actor_token_type",
  "requested_token_type",
  "requested_token_use",
  "assertion",
  "refresh_token",
  "audience",
  "resource",
  "scope",
]);

/**
 * Writes the form of a token request, all but `grant_type` and what authenticates the client.
 *
 * @throws {TypeError} when the grant needs a subject and there is none, or an extra parameter has a name of the protocol
 */
export function toTokenForm(request: TokenRequest): URLSearchParams {
  const form = grants[request.grantType].toForm(request);
  for (const [name, value] of request.parameters) {
    if (protocolNames.has(name)) throw new TypeError(`The parameter "${name}" belongs to the protocol.`);
    form.append(name, value);
  }
  return form;
}
