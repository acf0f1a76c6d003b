import { calculateJwkThumbprint, type JWK, type JWTPayload } from "jose";
import { OAuthError } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import type { DpopRules } from "./dpop-nonces.ts";
import type { PresentedJwt } from "./presented.ts";
import type { ReplayGuard } from "./replay-guard.ts";
import { asymmetricAlgorithms, verifySigned } from "./verify-signed.ts";

/** What proofs are judged by. */
export interface ProofRules {
  readonly now: () => number;
  readonly dpop: DpopRules;
  readonly proofs: ReplayGuard;
}

const greatestAgeSeconds = 60;
const privateMembers: readonly string[] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

const invalidProof = (description: string): OAuthError => new OAuthError("invalid_dpop_proof", description);

function readKey({ header }: PresentedJwt): JWK {
  if (header.typ !== "dpop+jwt") throw invalidProof('"typ" must be dpop+jwt');
  if (!asymmetricAlgorithms.includes(header.alg ?? "")) throw invalidProof("The algorithm must be asymmetric");
  const { jwk } = header;
  if (!jwk || typeof jwk !== "object") throw invalidProof('"jwk" is required');
  if (privateMembers.some((member) => member in jwk)) throw invalidProof('"jwk" holds a private key');
  return jwk;
}

async function checkSignature(proof: PresentedJwt, key: JWK, now: number): Promise<JWTPayload> {
  try {
    return await verifySigned(proof.jwt, [key], { currentDate: new Date(now), algorithms: [...asymmetricAlgorithms] });
  } catch (error) {
    throw invalidProof(error instanceof Error ? error.message : "The signature is not valid");
  }
}

function checkPlace({ htm, htu }: JWTPayload, { method, origin, path }: AsRequest): void {
  if (htm !== method) throw invalidProof(`"htm" must be ${method}`);
  if (typeof htu !== "string" || !URL.canParse(htu)) throw invalidProof('"htu" must be a URL');
  if (/[?#]/.test(htu)) throw invalidProof('"htu" must not have a query or a fragment');
  if (new URL(htu).href !== new URL(path, origin).href) throw invalidProof(`"htu" must be ${origin}${path}`);
}

function checkAge({ iat }: JWTPayload, now: number): void {
  if (typeof iat !== "number") throw invalidProof('"iat" is required');
  if (Math.abs(now / 1000 - iat) > greatestAgeSeconds) throw invalidProof('"iat" is not of this minute');
}

/**
 * Gives the thumbprint of the key that the sender of the request possesses, or nothing if there is no proof.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449.html#section-4.3}
 */
export async function readProofKey(request: AsRequest, rules: ProofRules): Promise<string | undefined> {
  const { proof } = request.presented;
  if (!proof) return undefined;
  const key = readKey(proof);
  const now = rules.now();
  const payload = await checkSignature(proof, key, now);
  checkPlace(payload, request);
  checkAge(payload, now);
  if (typeof payload.jti !== "string" || payload.jti === "") throw invalidProof('"jti" is required');
  if (!rules.dpop.accepts(payload.nonce)) throw new OAuthError("use_dpop_nonce", "A nonce of this server is required");
  const thumbprint = await calculateJwkThumbprint(key);
  if (!rules.proofs.isFirst(thumbprint, payload.jti)) throw invalidProof("The proof was used before");
  return thumbprint;
}
