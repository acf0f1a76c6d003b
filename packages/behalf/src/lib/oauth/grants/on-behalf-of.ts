import { appendScope } from "./append-target.ts";
import { acceptIssued, type Grant, requireSubject } from "./grant.ts";

/**
 * A token on behalf of a caller, as Microsoft Entra gives it: the target is named by scopes alone.
 *
 * @see {@link https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow}
 */
export const onBehalfOfGrant: Grant = {
  grantType: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  toForm(request) {
    const assertion = requireSubject(request).token.value();
    return appendScope(new URLSearchParams({ assertion, requested_token_use: "on_behalf_of" }), request);
  },
  check: acceptIssued,
};
