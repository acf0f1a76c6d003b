import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { SentAnswer } from "./answer.ts";
import type { SigningChoice } from "./signing-keys.ts";
import type { Fault } from "./unjudged.ts";

type Members = Readonly<Record<string, unknown>>;
type ReadMembers = (members: Members) => Members;

function changeBody(usual: SentAnswer, toChanges: ReadMembers): SentAnswer {
  if (usual.status !== 200) return usual;
  const members = JSON.parse(usual.body) as Members;
  return { ...usual, body: JSON.stringify({ ...members, ...toChanges(members) }) };
}

const withMembers = (toChanges: ReadMembers): Fault => {
  return (usual) => changeBody(usual, toChanges);
};

/** Signs the token of the answer anew, with other claims. Answers without a JWT stay as they are. */
function resign(changes: Members, choice: SigningChoice = {}): Fault {
  return async (usual, _request, sign) => {
    if (usual.status !== 200) return usual;
    const { access_token } = JSON.parse(usual.body) as { readonly access_token: string };
    if (access_token.split(".").length !== 3) return usual;
    const { typ = "JWT" } = decodeProtectedHeader(access_token);
    const payload = { ...decodeJwt(access_token), ...changes } as JWTPayload;
    const token = await sign(payload, { typ, ...choice });
    return changeBody(usual, () => ({ access_token: token }));
  };
}

/** Successes that are not what was asked for. */
export const tokenFaults = {
  /** The token with claims changed or added, signed well; a claim that is `undefined` is left out. */
  claims: (changes: Members, choice?: SigningChoice): Fault => resign(changes, choice),

  /** The token with another `typ`, like `at+JWT`. */
  typ: (typ: string): Fault => resign({}, { typ }),

  /** The token with `sub: null`. */
  nullSubject: (): Fault => resign({ sub: null }),

  /** The token for another audience than the one that was asked for. */
  otherAudience: (aud: string): Fault => resign({ aud }),

  /** More scope than was asked for, in the answer and in the token. */
  widerScope(added: string): Fault {
    return async (usual, request, sign) => {
      if (usual.status !== 200) return usual;
      const { scope } = JSON.parse(usual.body) as { readonly scope?: string };
      const wider = [scope, added].filter((part) => part !== undefined).join(" ");
      const answer = await resign({ scope: wider })(usual, request, sign);
      return answer.kind === "send" ? changeBody(answer, () => ({ scope: wider })) : answer;
    };
  },

  /** `expires_in` as a string. */
  expiresInAsText: (): Fault => withMembers(({ expires_in }) => ({ expires_in: String(expires_in) })),

  /** An exchange without `issued_token_type`, which RFC 8693 section 2.2.1 requires. */
  withoutIssuedTokenType: (): Fault => withMembers(() => ({ issued_token_type: undefined })),
};
