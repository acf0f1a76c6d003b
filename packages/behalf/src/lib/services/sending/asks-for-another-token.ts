import { type Challenge, parseChallenges } from "../../values/challenge.ts";

const aboutTheToken = new Set([undefined, "invalid_token"]);

function isAboutTheToken({ scheme, parameters }: Challenge): boolean {
  if (!/^(bearer|dpop)$/i.test(scheme)) return true;
  return aboutTheToken.has(parameters.get("error")) && !parameters.has("claims");
}

/**
 * Whether a 401 can be mended by another token: `invalid_token`, no error, or no challenge at all.
 *
 * Step-up (`insufficient_user_authentication`, `claims`) cannot: it takes the person.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1}
 */
export function asksForAnotherToken(challengeHeader: string | undefined): boolean {
  const challenges = parseChallenges(challengeHeader ?? "");
  return challenges.length === 0 || challenges.every(isAboutTheToken);
}
