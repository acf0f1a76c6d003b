import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";

/** Whose tokens are accepted, and for whom they must be. */
export interface TokenCheckOptions {
  readonly issuer: string;
  readonly audience: string;
}

/** Gives the claims of the token in an `Authorization` header; `undefined` when it is missing or not valid. */
export type TokenCheck = (authorization: string | undefined) => Promise<JWTPayload | undefined>;

/** Creates the check, with the keys that the issuer publishes. Nothing but `jose` takes part in it. */
export async function createTokenCheck({ issuer, audience }: TokenCheckOptions): Promise<TokenCheck> {
  const keys = createRemoteJWKSet(await findKeys(issuer));
  return async (authorization = "") => {
    const [, token = ""] = /^Bearer (.+)$/i.exec(authorization) ?? [];
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

async function findKeys(issuer: string): Promise<URL> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata: unknown = await response.json();
  if (typeof metadata !== "object" || metadata === null || !("jwks_uri" in metadata)) {
    throw new Error(`${issuer} publishes no keys`);
  }
  return new URL(String(metadata.jwks_uri));
}
