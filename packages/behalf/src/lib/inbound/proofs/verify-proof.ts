import { type CryptoKey, type JWTHeaderParameters, type JWTPayload, jwtVerify } from "jose";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { reduceCause } from "../../errors/reduce-cause.ts";
import type { Now } from "../../values/clock.ts";
import { readStrictJson } from "../jwt/read-strict-json.ts";
import { createFindProofKey } from "./proof-key.ts";
import { isTargetOf, toProofTarget } from "./proof-target.ts";

/** What proofs have to be like. */
export interface ProofRules {
  readonly algorithms: readonly string[];
  readonly proofLifeMs: number;
  readonly now: Now;
}

/** The request that a proof has to be for. */
export interface ProvenRequest {
  readonly method: string | undefined;
  /** Path and query. */
  readonly url: string | undefined;
  /** The URLs of this API. */
  readonly urls: readonly string[];
  /** The digest of the token. */
  readonly ath: string;
  /** The thumbprint of the key that the token is bound to. */
  readonly jkt: string;
}

/** A proof that holds, but for its nonce and for being the first. */
export interface VerifiedProof {
  readonly jti: string;
  /** The URL that it is for, in its one spelling. */
  readonly target: string;
  readonly nonce: string | undefined;
  /** When it stops being accepted, in epoch milliseconds. */
  readonly until: number;
}

/**
 * Verifies a proof.
 *
 * @throws {CallerTokenError} `proof`, or `binding` when it was made with a key that is not the token's
 */
export type VerifyProof = (proof: string, request: ProvenRequest) => Promise<VerifiedProof>;

const longestProof = 8_192;
const longestJti = 256;
const toleranceMs = 5_000;
const compactForm = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

const refuse = (cause?: unknown): CallerTokenError =>
  new CallerTokenError("proof", { scheme: "DPoP", ...(cause === undefined ? {} : { cause: reduceCause(cause) }) });

/** A name that comes twice would be read one way here, and another way elsewhere. */
function readStrictly(segment: string): void {
  try {
    readStrictJson(segment);
  } catch (error) {
    throw refuse(error);
  }
}

/** A signature has one spelling, though stray bits in its last character would change nothing that is signed. */
function checkForm(proof: string): void {
  const signature = proof.length > longestProof ? undefined : compactForm.exec(proof)?.[1];
  if (signature === undefined || Buffer.from(signature, "base64url").toString("base64url") !== signature)
    throw refuse();
  for (const segment of proof.split(".", 2)) readStrictly(segment);
}

function readIssuedAt({ iat }: JWTPayload, { proofLifeMs, now }: ProofRules): number {
  const issuedAt = typeof iat === "number" ? iat * 1000 : Number.NaN;
  const age = now() - issuedAt;
  if (age < proofLifeMs && age >= -toleranceMs) return issuedAt;
  throw refuse();
}

function readTarget({ htu }: JWTPayload, { url, urls }: ProvenRequest): string {
  const target = typeof htu === "string" ? toProofTarget(htu) : undefined;
  if (target === undefined || url === undefined || !isTargetOf(target, urls, url)) throw refuse();
  return target;
}

function readJti({ jti }: JWTPayload): string {
  if (typeof jti === "string" && jti !== "" && jti.length <= longestJti) return jti;
  throw refuse();
}

function checkSubject({ htm, ath }: JWTPayload, request: ProvenRequest): void {
  if (typeof htm !== "string" || htm !== request.method || ath !== request.ath) throw refuse();
}

/**
 * Creates the verification of proofs.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449.html#section-4.3}
 */
export function createVerifyProof(rules: ProofRules): VerifyProof {
  const findKey = createFindProofKey();
  const algorithms = [...rules.algorithms];

  async function verifySignature(proof: string, jkt: string): Promise<JWTPayload> {
    try {
      const getKey = (header: JWTHeaderParameters): Promise<CryptoKey> => findKey(header, jkt);
      const options = { typ: "dpop+jwt", algorithms, currentDate: new Date(rules.now()) };
      return (await jwtVerify(proof, getKey, options)).payload;
    } catch (error) {
      // Whatever a key or a proof of the caller's making sets off in the libraries, it is the caller's mistake.
      throw error instanceof CallerTokenError ? error : refuse(error);
    }
  }

  return async (proof, request) => {
    checkForm(proof);
    const claims = await verifySignature(proof, request.jkt);
    checkSubject(claims, request);
    const { nonce } = claims;
    return {
      jti: readJti(claims),
      target: readTarget(claims, request),
      nonce: typeof nonce === "string" ? nonce : undefined,
      until: readIssuedAt(claims, rules) + rules.proofLifeMs,
    };
  };
}
