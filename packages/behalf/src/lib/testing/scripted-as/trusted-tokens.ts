import { decodeJwt, decodeProtectedHeader, type JWK, type JWTPayload } from "jose";
import { readMembers } from "./answer.ts";
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

const longestWaitMs = 5_000;

/** Verifies the tokens of trusted issuers; it throws at any other. */
export type TrustedReader = (token: string) => Promise<TrustedToken>;

async function readKeys({ keys, jwksUri }: TrustedIssuer): Promise<readonly JWK[]> {
  if (jwksUri === undefined) return typeof keys === "function" ? keys() : keys;
  const response = await fetch(jwksUri, { signal: AbortSignal.timeout(longestWaitMs) });
  const { keys: published } = readMembers({ body: await response.text() });
  return Array.isArray(published) ? published : [];
}

/** Gives the reader of tokens that trusted issuers signed and that are in force; it throws at any other. */
export function createTrustedReader(issuers: readonly TrustedIssuer[], now: () => number): TrustedReader {
  return async (token) => {
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
