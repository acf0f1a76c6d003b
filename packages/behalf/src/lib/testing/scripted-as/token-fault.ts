import { decodeJwt, decodeProtectedHeader } from "jose";
import { readMembers, type SentAnswer } from "./answer.ts";
import type { Claims } from "./claims.ts";
import type { SigningChoice } from "./signing-keys.ts";
import type { Fault } from "./unjudged.ts";

type ReadMembers = (members: Claims) => Claims;

/** Successes that are not what was asked for. */
export interface TokenFaults {
  /** The token with claims changed or added, signed well; a claim that is `undefined` is left out. */
  claims(changes: Claims, choice?: SigningChoice): Fault;
  /** The token with another `typ`, like `at+JWT`. */
  typ(typ: string): Fault;
  /** The token with `sub: null`. */
  nullSubject(): Fault;
  /** The token for another audience than the one that was asked for. */
  otherAudience(aud: string): Fault;
  /** More scope than was asked for, in the answer and in the token. */
  widerScope(added: string): Fault;
  /** `expires_in` as this value, whatever it is: a text, a negative or a huge number. `undefined` leaves it out. */
  expiresIn(value: unknown): Fault;
  /** `expires_in` as a string. */
  expiresInAsText(): Fault;
  /** `token_type` as this value, like `N_A`. */
  tokenType(value: unknown): Fault;
  /** An exchange without `issued_token_type`, which RFC 8693 section 2.2.1 requires. */
  withoutIssuedTokenType(): Fault;
}

function changeBody(usual: SentAnswer, toChanges: ReadMembers): SentAnswer {
  if (usual.status !== 200) return usual;
  const members = readMembers(usual);
  return { ...usual, body: JSON.stringify({ ...members, ...toChanges(members) }) };
}

const withMembers = (toChanges: ReadMembers): Fault => {
  return (usual) => changeBody(usual, toChanges);
};

/** Signs the token of the answer anew, with other claims. Answers without a JWT stay as they are. */
function resign(changes: Claims, choice: SigningChoice = {}): Fault {
  return async (usual, _request, { sign }) => {
    if (usual.status !== 200) return usual;
    const current = String(readMembers(usual).access_token);
    if (current.split(".").length !== 3) return usual;
    const { typ = "JWT" } = decodeProtectedHeader(current);
    const token = await sign({ ...decodeJwt(current), ...changes }, { typ, ...choice });
    return changeBody(usual, () => ({ access_token: token }));
  };
}

function widenScope(added: string): Fault {
  return async (usual, request, tools) => {
    if (usual.status !== 200) return usual;
    const { scope } = readMembers(usual);
    const wider = [scope, added].filter((part) => part !== undefined).join(" ");
    const answer = await resign({ scope: wider })(usual, request, tools);
    return answer.kind === "send" ? changeBody(answer, () => ({ scope: wider })) : answer;
  };
}

export const tokenFaults: TokenFaults = {
  claims: resign,
  typ: (typ) => resign({}, { typ }),
  nullSubject: () => resign({ sub: null }),
  otherAudience: (aud) => resign({ aud }),
  widerScope: widenScope,
  expiresIn: (value) => withMembers(() => ({ expires_in: value })),
  expiresInAsText: () => withMembers(({ expires_in }) => ({ expires_in: String(expires_in) })),
  tokenType: (value) => withMembers(() => ({ token_type: value })),
  withoutIssuedTokenType: () => withMembers(() => ({ issued_token_type: undefined })),
};
