import { appendTarget } from "./append-target.ts";
import type { IssuedToken, PartyToken, TokenRequest } from "./token-request.ts";
import { tokenTypes } from "./token-types.ts";
import { unusableAnswer } from "./unusable-answer.ts";

function setParty(form: URLSearchParams, role: "subject" | "actor", party: PartyToken | undefined): void {
  if (!party) return;
  form.set(`${role}_token`, party.token.value());
  form.set(`${role}_token_type`, party.tokenType);
}

/**
 * Writes the form of a token exchange.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2.1}
 */
export function toTokenExchangeForm(request: TokenRequest): URLSearchParams {
  const form = new URLSearchParams();
  setParty(form, "subject", request.subject);
  setParty(form, "actor", request.actor);
  if (request.requestedTokenType !== undefined) form.set("requested_token_type", request.requestedTokenType);
  return appendTarget(form, request);
}

/**
 * Checks that the token is of a kind that can be used, and of the kind that was asked for.
 *
 * A missing `issued_token_type`, which the protocol requires, is accepted and noted.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693.html#section-2.2.1}
 */
export function checkExchangedToken(issued: IssuedToken, request: TokenRequest): IssuedToken {
  const { issuedTokenType } = issued;
  if (issuedTokenType === undefined) return { ...issued, tolerated: ["issued_token_type"] };
  const usable: readonly string[] =
    request.requestedTokenType === undefined ? [tokenTypes.accessToken, tokenTypes.jwt] : [request.requestedTokenType];
  if (usable.includes(issuedTokenType)) return issued;
  throw unusableAnswer("The issued token is of another type.");
}
