import { appendTarget } from "./append-target.ts";
import { acceptIssued, type Grant } from "./grant.ts";

/**
 * A token for this API itself.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4.2}
 */
export const clientCredentialsGrant: Grant = {
  grantType: "client_credentials",
  toForm: (request) => appendTarget(new URLSearchParams(), request),
  check: acceptIssued,
};
