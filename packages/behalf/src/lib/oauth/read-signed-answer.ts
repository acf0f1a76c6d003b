import { type CryptoKey, decodeProtectedHeader, type JWSHeaderParameters, type JWTPayload, jwtVerify } from "jose";
import type { Now } from "../values/clock.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** The keys that a server signs with. */
export interface AnswerKeys {
  /** Finds the keys that fit a header; none when the server does not know the key. */
  find(header: JWSHeaderParameters): Promise<readonly { readonly key: CryptoKey }[]>;
}

/** What a signed answer must be. */
export interface ExpectedAnswer {
  readonly keys: AnswerKeys;
  readonly issuer: string;
  /** Whom it may be for. */
  readonly audience: readonly string[];
  /** @default any */
  readonly typ?: string;
  /** The claims that it must have. `iss` and `aud` are looked at where they are there in any case. */
  readonly required: readonly string[];
  readonly now: Now;
}

const algorithms: readonly string[] = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const toleranceSeconds = 5;

function readHeader(jwt: string): JWSHeaderParameters {
  try {
    return decodeProtectedHeader(jwt);
  } catch {
    throw unusableAnswer("The answer is no signed JWT.");
  }
}

/** Why it failed is not kept: the library's errors carry the claims. */
async function verify(
  jwt: string,
  key: CryptoKey,
  { typ, required, now }: ExpectedAnswer,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(jwt, key, {
      algorithms: [...algorithms],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now()),
      requiredClaims: [...required],
      ...(typ === undefined ? {} : { typ }),
    });
    return payload;
  } catch {
    return undefined;
  }
}

function isForUs({ iss, aud }: JWTPayload, { issuer, audience }: ExpectedAnswer): boolean {
  if (iss !== undefined && iss !== issuer) return false;
  return aud === undefined || [aud].flat().some((item) => audience.includes(item));
}

/**
 * Reads an answer that came as a JWT: signed by the server, in force, from it and for us.
 *
 * @throws {Error} that stands for an answer that cannot be used
 */
export async function readSignedAnswer(jwt: string, expected: ExpectedAnswer): Promise<JWTPayload> {
  const header = readHeader(jwt);
  if (header.alg === undefined || !algorithms.includes(header.alg)) {
    throw unusableAnswer("The answer is not signed by a known algorithm.");
  }
  for (const { key } of await expected.keys.find(header)) {
    const claims = await verify(jwt, key, expected);
    if (claims && isForUs(claims, expected)) return claims;
  }
  throw unusableAnswer("The answer is not signed by the server, not in force, or not for us.");
}
