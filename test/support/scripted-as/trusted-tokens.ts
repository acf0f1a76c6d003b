import { decodeJwt, decodeProtectedHeader, type JWK, type JWTPayload } from "jose";
import { asymmetricAlgorithms, findKeys, verifySigned } from "./verify-signed.ts";

/** Someone else whose signed assertions the server takes. */
export type TrustedIssuer = { readonly issuer: string } & (
  | { readonly jwksUri: string; readonly keys?: never }
  | { readonly keys: readonly JWK[] | (() => readonly JWK[]); readonly jwksUri?: never }
);

/** A token of someone else, verified. */
export interface TrustedToken {
  readonly typ?: string;
  readonly claims: JWTPayload;
}

async function readKeys({ keys, jwksUri }: TrustedIssuer): Promise<readonly JWK[]> {
  if (jwksUri === undefined) return typeof keys === "function" ? keys() : keys;
  const answer = (await (await fetch(jwksUri)).json()) as { readonly keys: readonly JWK[] };
  return answer.keys;
}

/** Gives the reader of tokens that trusted issuers signed and that are in force; it throws at any other. */
export function createTrustedReader(issuers: readonly TrustedIssuer[], now: () => number) {
  return async (token: string): Promise<TrustedToken> => {
    const { iss } = decodeJwt(token);
    const trusted = issuers.find(({ issuer }) => issuer === iss);
    if (!trusted) throw new Error(`The issuer is not trusted: ${iss}`);
    const header = decodeProtectedHeader(token);
    const claims = await verifySigned(token, findKeys(await readKeys(trusted), header), {
      currentDate: new Date(now()),
      algorithms: [...asymmetricAlgorithms],
      requiredClaims: ["exp"],
    });
    return { claims, ...(header.typ === undefined ? {} : { typ: header.typ }) };
  };
}
