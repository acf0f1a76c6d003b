import { createHash } from "node:crypto";
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  EmbeddedJWK,
  errors,
  type JWTPayload,
  type JWTVerifyResult,
  jwtVerify,
} from "jose";

/** Whose tokens are accepted, for whom they must be, and which nonces are good. */
export interface ProofCheckOptions {
  readonly issuer: string;
  readonly keysUrl: string;
  readonly audience: string;
  /** Whether a nonce was given out and not used yet. */
  spendNonce(nonce: unknown): boolean;
}

/** The parts of a request that a proof is about. */
export interface ProvedRequest {
  readonly method: string;
  /** The URL without its query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly proof: string | undefined;
}

/** Why a request is refused (RFC 9449 section 7.1). */
export type ProofRefusal = "invalid_token" | "invalid_dpop_proof" | "use_dpop_nonce";

/** What became of a request: the token's claims, or why it is refused. */
export type ProofCheckResult = { readonly claims: JWTPayload } | { readonly refusal: ProofRefusal };

const mostSecondsOld = 60;

/** Creates the check of RFC 9449 section 4.3: the token is good, and its key has signed this very request. */
export function createProofCheck(options: ProofCheckOptions): (request: ProvedRequest) => Promise<ProofCheckResult> {
  const { issuer, audience, spendNonce } = options;
  const keys = createRemoteJWKSet(new URL(options.keysUrl));

  return async (request) => {
    const [, token = ""] = /^DPoP (.+)$/i.exec(request.authorization ?? "") ?? [];
    const access = await verified(jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" }));
    if (access === undefined) return { refusal: "invalid_token" };
    const proof = await verified(
      jwtVerify(request.proof ?? "", EmbeddedJWK, { typ: "dpop+jwt", algorithms: ["ES256"] }),
    );
    if (proof === undefined || !isAbout(proof.payload, request, token)) return { refusal: "invalid_dpop_proof" };
    const thumbprint = await calculateJwkThumbprint(proof.protectedHeader.jwk ?? {});
    if (thumbprint !== readBinding(access.payload)) return { refusal: "invalid_token" };
    if (!spendNonce(proof.payload.nonce)) return { refusal: "use_dpop_nonce" };
    return { claims: access.payload };
  };
}

async function verified(verifying: Promise<JWTVerifyResult>): Promise<JWTVerifyResult | undefined> {
  try {
    return await verifying;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function isAbout({ htm, htu, ath, iat = 0 }: JWTPayload, { method, url }: ProvedRequest, token: string): boolean {
  const age = Math.abs(Date.now() / 1000 - iat);
  const tokenHash = createHash("sha256").update(token).digest("base64url");
  return htm === method && htu === url && ath === tokenHash && age <= mostSecondsOld;
}

/** The thumbprint of the key that a token is bound to; `undefined` for one that anybody may use. */
function readBinding({ cnf }: JWTPayload): unknown {
  return typeof cnf === "object" && cnf !== null && "jkt" in cnf ? cnf.jkt : undefined;
}
