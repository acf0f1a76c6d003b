import { type BackendRequest, listHeader } from "./backend-request.ts";
import { createNonceTurns, type NonceMode, type NonceTurn } from "./dpop-nonces.ts";
import { createReadProof, type DpopProof, type ProofRules } from "./dpop-proof.ts";
import type { Guard, Verdict } from "./guard.ts";
import { type BackendVerification, createReadClaims, readConfirmation } from "./verify-token.ts";

/** How a backend wants the key of a token proved to it (RFC 9449 section 7). */
export interface BackendDpop {
  readonly nonce: NonceMode;
  /** The status of a challenge for a nonce. @default 401 */
  readonly nonceStatus?: 400 | 401;
  /** The algorithms it takes, and names in its challenges. @default ES256 alone */
  readonly algs?: readonly string[];
  /** @default the clock of `verify`, else the machine's */
  readonly now?: () => number;
}

interface DpopGuardOptions {
  readonly dpop: BackendDpop;
  readonly verify?: BackendVerification | undefined;
  readonly protocol: string;
}

type Refuse = (error?: "invalid_token" | "invalid_dpop_proof") => Verdict;

function createRefuse(turn: NonceTurn, algs: string): Refuse {
  return (error) => {
    const challenge = error ? `DPoP error="${error}", ${algs}` : `DPoP ${algs}`;
    return { headers: turn.answered, refusal: { status: 401, challenge } };
  };
}

function readProofHeader(request: BackendRequest): string {
  const [proof, ...more] = listHeader(request, "dpop");
  if (proof === undefined || more.length > 0) throw new Error("There is to be one proof");
  return proof;
}

async function orNothing<value>(promise: Promise<value>): Promise<value | undefined> {
  return promise.catch(() => undefined);
}

/** Lets requests through that prove the key of their token. */
export function createDpopGuard({ dpop, verify, protocol }: DpopGuardOptions): Guard {
  const { algs = ["ES256"], now = verify?.now ?? Date.now, nonceStatus = 401 } = dpop;
  const rules: ProofRules = { algs, now, protocol };
  const named = `algs="${algs.join(" ")}"`;
  const readProof = createReadProof(rules);
  const readClaims = createReadClaims(verify);
  const startTurn = createNonceTurns(dpop.nonce);

  async function proveKey(request: BackendRequest): Promise<DpopProof> {
    return readProof(readProofHeader(request), request);
  }

  async function isBound(token: string, request: BackendRequest, { jkt }: DpopProof): Promise<boolean> {
    const claims = await orNothing(readClaims(token, request));
    return claims !== undefined && readConfirmation(claims, "jkt") === jkt;
  }

  function askForNonce(turn: NonceTurn): Verdict {
    const challenge = `DPoP error="use_dpop_nonce", ${named}`;
    return { headers: turn.challenged, refusal: { status: nonceStatus, challenge } };
  }

  return async (request) => {
    const turn = startTurn();
    if (dpop.nonce === "stuck") return askForNonce(turn);
    const refuse = createRefuse(turn, named);
    const { scheme, token } = request;
    if (token === undefined || listHeader(request, "authorization").length > 1) return refuse();
    if (scheme !== "dpop") return refuse("invalid_token");
    const proof = await orNothing(proveKey(request));
    if (!proof) return refuse("invalid_dpop_proof");
    if (!turn.isGood(proof.nonce)) return askForNonce(turn);
    return (await isBound(token, request, proof)) ? { headers: turn.answered } : refuse("invalid_token");
  };
}
