import { reservedParameters } from "../../config/reserved-parameters.ts";
import type { TokenRequest } from "../token-request.ts";
import { grants } from "./grants.ts";

/** An extra parameter is checked where it is configured; a request that is made by hand is not. */
const isReserved = (name: string): boolean =>
  reservedParameters.has(name.toLowerCase()) && name !== "authorization_details";

/**
 * Writes the form of a token request, all but `grant_type` and what authenticates the client.
 *
 * @throws {TypeError} when the grant needs a subject and there is none, or an extra parameter has a name of the protocol
 */
export function toTokenForm(request: TokenRequest): URLSearchParams {
  const form = grants[request.grantType].toForm(request);
  for (const [name, value] of request.parameters) {
    if (isReserved(name)) throw new TypeError(`The parameter "${name}" belongs to the protocol.`);
    form.append(name, value);
  }
  return form;
}
