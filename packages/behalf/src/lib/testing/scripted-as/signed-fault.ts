import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Claims } from "./claims.ts";
import type { SigningChoice } from "./signing-keys.ts";
import type { Fault } from "./unjudged.ts";

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Signed answers that are not what they should be. Answers that are no JWT stay as they are. */
export interface SignedFaults {
  /** The answer with claims changed or added, signed well or as the choice says; a claim that is `undefined` is left out. */
  signedClaims(changes: Claims, choice?: SigningChoice): Fault;
  /** The answer as an unsecured JWT (RFC 7519 section 6). */
  unsigned(): Fault;
}

export const signedFaults: SignedFaults = {
  signedClaims(changes, choice = {}) {
    return async (usual, _request, { sign }) => {
      if (usual.status !== 200 || usual.body.split(".").length !== 3) return usual;
      const { typ = "JWT" } = decodeProtectedHeader(usual.body);
      const payload = { ...decodeJwt(usual.body), ...changes };
      return { ...usual, body: await sign(payload, { typ, ...choice }) };
    };
  },

  unsigned() {
    return (usual) => {
      if (usual.status !== 200 || usual.body.split(".").length !== 3) return usual;
      const { typ } = decodeProtectedHeader(usual.body);
      return { ...usual, body: `${encode({ alg: "none", typ })}.${encode(decodeJwt(usual.body))}.` };
    };
  },
};
