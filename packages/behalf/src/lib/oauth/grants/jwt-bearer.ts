import { appendTarget } from "./append-target.ts";
import { acceptIssued, type Grant, requireSubject } from "./grant.ts";

/**
 * A token by an assertion about the subject.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523.html#section-2.1}
 */
export const jwtBearerGrant: Grant = {
  grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  toForm: (request) => appendTarget(new URLSearchParams({ assertion: requireSubject(request).token.value() }), request),
  check: acceptIssued,
};
