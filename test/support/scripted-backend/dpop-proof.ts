import { createHash } from "node:crypto";
import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify } from "jose";
import type { BackendRequest } from "./backend-request.ts";

/** A proof that holds, but for its nonce and its token's binding, which others judge. */
export interface DpopProof {
  /** The thumbprint of its key (RFC 7638). */
  readonly jkt: string;
  readonly nonce: unknown;
}

export interface ProofRules {
  readonly algs: readonly string[];
  /** The scheme of the backend's own URL, with its colon. */
  readonly protocol: string;
  readonly now: () => number;
}

/** Gives what a request's proof says, or throws. */
export type ReadProof = (proof: string, request: BackendRequest) => Promise<DpopProof>;

const maxSkewMs = 60_000;

function isNear(iat: number | undefined, nowMs: number): boolean {
  return iat !== undefined && Math.abs(iat * 1000 - nowMs) <= maxSkewMs;
}

function listFaults(claims: JWTPayload, request: BackendRequest, { protocol, now }: ProofRules): readonly string[] {
  const target = `${protocol}//${request.headers.host}${request.path}`;
  const tokenHash = createHash("sha256")
    .update(request.token ?? "")
    .digest("base64url");
  const holds = {
    htm: claims.htm === request.method,
    htu: claims.htu === target,
    ath: claims.ath === tokenHash,
    iat: isNear(claims.iat, now()),
    jti: typeof claims.jti === "string" && claims.jti !== "",
  };
  return Object.entries(holds).flatMap(([claim, held]) => (held ? [] : [claim]));
}

/** Reads proofs by the rules of RFC 9449 section 4.3, each `jti` only once. */
export function createReadProof(rules: ProofRules): ReadProof {
  const seen = new Set<unknown>();

  return async (proof, request) => {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: "dpop+jwt",
      algorithms: [...rules.algs],
      currentDate: new Date(rules.now()),
    });
    const faults = listFaults(payload, request, rules);
    if (faults.length > 0) throw new Error(`The proof is wrong in ${faults.join(", ")}`);
    if (seen.has(payload.jti)) throw new Error("The proof was used before");
    seen.add(payload.jti);
    return { jkt: await calculateJwkThumbprint(protectedHeader.jwk ?? {}), nonce: payload.nonce };
  };
}
