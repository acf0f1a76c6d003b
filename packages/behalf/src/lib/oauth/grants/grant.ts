import type { IssuedToken, PartyToken, TokenRequest } from "../token-request.ts";

/** How one grant speaks: what it sends, and what it checks in the answer. */
export interface Grant {
  /** The value of `grant_type`. */
  readonly grantType: string;
  toForm(request: TokenRequest): URLSearchParams;
  check(issued: IssuedToken, request: TokenRequest): IssuedToken;
}

/** Checks nothing: what every answer must have is all that this grant asks for. */
export const acceptIssued: Grant["check"] = (issued) => issued;

/** @throws {TypeError} when the request names nobody it is about */
export function requireSubject({ subject, grantType }: TokenRequest): PartyToken {
  if (!subject) throw new TypeError(`The grant "${grantType}" needs a subject.`);
  return subject;
}
