import { createRemoteJWKSet, decodeJwt, type JWTPayload, jwtVerify } from "jose";
import type { BackendRequest } from "./backend-request.ts";
import type { Guard } from "./guard.ts";

/** How a backend verifies the tokens it is sent. */
export interface BackendVerification {
  readonly jwksUri: string;
  readonly issuer: string;
  readonly audience: string;
  readonly now?: () => number;
  /** Wants each token bound to the certificate of its connection (RFC 8705 section 3). @default false */
  readonly certificateBound?: boolean;
}

/** Gives the claims of a request's token, or throws. */
export type ReadClaims = (token: string, request: BackendRequest) => Promise<JWTPayload>;

/** A member of the token's confirmation (RFC 7800), if it is there. */
export function readConfirmation({ cnf }: JWTPayload, member: "jkt" | "x5t#S256"): unknown {
  return typeof cnf === "object" && cnf !== null ? Reflect.get(cnf, member) : undefined;
}

function requireBinding(claims: JWTPayload, { certificate }: BackendRequest): void {
  const bound = readConfirmation(claims, "x5t#S256");
  if (bound === undefined || bound !== certificate?.thumbprint) throw new Error("The token is not bound to the caller");
}

/** Reads claims as verified, or just as they are if nothing says how to verify them. */
export function createReadClaims(verification?: BackendVerification): ReadClaims {
  if (!verification) return async (token) => decodeJwt(token);
  const { issuer, audience, now = Date.now, certificateBound = false } = verification;
  const keys = createRemoteJWKSet(new URL(verification.jwksUri), { cooldownDuration: 0 });

  return async (token, request) => {
    const settings = { issuer, audience, typ: "at+jwt", currentDate: new Date(now()) };
    const { payload } = await jwtVerify(token, keys, settings);
    if (certificateBound) requireBinding(payload, request);
    return payload;
  };
}

/** Lets requests with a good bearer token through. */
export function createBearerGuard(verification: BackendVerification): Guard {
  const readClaims = createReadClaims(verification);

  return async (request) => {
    const { scheme, token } = request;
    if (scheme !== "bearer" || token === undefined) return { refusal: { status: 401, challenge: "Bearer" } };
    try {
      await readClaims(token, request);
      return {};
    } catch {
      return { refusal: { status: 401, challenge: 'Bearer error="invalid_token"' } };
    }
  };
}
