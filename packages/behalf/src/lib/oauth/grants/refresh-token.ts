import { appendTarget } from "./append-target.ts";
import { acceptIssued, type Grant, requireSubject } from "./grant.ts";

/**
 * A token by a refresh token, which is the subject.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-6}
 */
export const refreshTokenGrant: Grant = {
  grantType: "refresh_token",
  toForm: (request) =>
    appendTarget(new URLSearchParams({ refresh_token: requireSubject(request).token.value() }), request),
  check: acceptIssued,
};
