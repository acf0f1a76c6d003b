import type { IssuedToken, PartyToken, TokenRequest } from "../token-request.ts";
import { isWithoutAccess, tokenTypes } from "../token-types.ts";
import { tolerate } from "../tolerate.ts";
import { unusableAnswer } from "../unusable-answer.ts";
import { appendTarget } from "./append-target.ts";
import { type Grant, requireSubject } from "./grant.ts";

function setParty(form: URLSearchParams, role: "subject" | "actor", party: PartyToken): void {
  form.set(`${role}_token`, party.token.value());
  form.set(`${role}_token_type`, party.tokenType);
}

function toForm(request: TokenRequest): URLSearchParams {
  const form = new URLSearchParams();
  setParty(form, "subject", requireSubject(request));
  if (request.actor) setParty(form, "actor", request.actor);
  if (request.requestedTokenType !== undefined) form.set("requested_token_type", request.requestedTokenType);
  return appendTarget(form, request);
}

/**
 * A missing `issued_token_type`, which the protocol requires, can be tolerated; a wrong one cannot. Where no access token was
 * asked for it must be there: nothing else tells that the answer is none, and it goes to another server or is kept for long.
 */
function check(issued: IssuedToken, { requestedTokenType, dialect }: TokenRequest): IssuedToken {
  const { issuedTokenType } = issued;
  if (issuedTokenType === undefined && !isWithoutAccess(requestedTokenType)) {
    return { ...issued, tolerated: tolerate(issued.tolerated, "issued_token_type", dialect) };
  }
  const usable: readonly unknown[] =
    requestedTokenType === undefined ? [tokenTypes.accessToken, tokenTypes.jwt] : [requestedTokenType];
  if (usable.includes(issuedTokenType)) return issued;
  throw unusableAnswer("The issued token is of another type.");
}

/**
 * A token for a caller's token, of the kind that was asked for.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2}
 */
export const tokenExchangeGrant: Grant = {
  grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
  toForm,
  check,
};
