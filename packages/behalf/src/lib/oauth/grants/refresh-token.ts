import { appendTarget } from "./append-target.ts";
import { acceptIssued, type Grant, requireSubject } from "./grant.ts";

/**
 * A token by a refresh token, which is the subject of the request.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6749.html#section-6}
 */
export const refreshTokenGrant: Grant = {
  grantType: "refresh_token",
  toForm(request) {
    const { token } = requireSubject(request);
    return appendTarget(new URLSearchParams({ refresh_token: token.value() }), request);
  },
  check: acceptIssued,
};
