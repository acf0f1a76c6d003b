import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";

/** What a backend asks of a token. */
export interface AccessCheckOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly scope: string;
}

/** Why a request is not served: the status, and the challenge for `WWW-Authenticate`. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly challenge: string;
}

/** What became of a request's token. */
export type AccessCheckResult = { readonly claims: JWTPayload } | { readonly refusal: Refusal };

/** Validates the `Authorization` header of a request. */
export type AccessCheck = (authorization: string | undefined) => Promise<AccessCheckResult>;

/** Creates the check, with the keys that the issuer publishes. Nothing but `jose` takes part in it. */
export async function createAccessCheck({ issuer, audience, scope }: AccessCheckOptions): Promise<AccessCheck> {
  const keys = createRemoteJWKSet(await discoverKeys(issuer));
  return async (authorization) => {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? "") ?? [];
    if (token === undefined) return refuse(401, "Bearer");
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" });
      if (String(payload.scope).split(" ").includes(scope)) return { claims: payload };
      return refuse(403, `Bearer error="insufficient_scope", scope="${scope}"`);
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return refuse(401, 'Bearer error="invalid_token"');
    }
  };
}

function refuse(status: Refusal["status"], challenge: string): AccessCheckResult {
  return { refusal: { status, challenge } };
}

async function discoverKeys(issuer: string): Promise<URL> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata: unknown = await response.json();
  if (typeof metadata !== "object" || metadata === null || !("issuer" in metadata) || metadata.issuer !== issuer) {
    throw new Error(`${issuer} publishes no metadata of its own`);
  }
  if (!("jwks_uri" in metadata) || typeof metadata.jwks_uri !== "string") {
    throw new Error(`${issuer} publishes no keys`);
  }
  return new URL(metadata.jwks_uri);
}
