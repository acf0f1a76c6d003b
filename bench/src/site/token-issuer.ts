import { generateKeyPairSync, type JsonWebKey, randomBytes, randomUUID, sign } from "node:crypto";
import { client } from "./site.ts";

/** Issues tokens and knows them again. */
export interface TokenIssuer {
  /** The public key, for those who verify. */
  readonly key: JsonWebKey;
  /**
   * Issues a JWT of the length that tokens have in the field, some 900 bytes. Those for this API, which verifies them, are
   * signed; the others have random bytes in the signature's place, for the backend knows them again.
   */
  issue(issuer: string, audience: string, subject?: string): string;
  isIssued(token: string, audience: string): boolean;
  /** Forgets every token for this audience that was issued so far. */
  revoke(audience: string): void;
}

/** How long a token lives, in seconds: longer than any run. */
export const lifeSeconds = 7200;

const signatureLength = 256;
const entitlements = Array.from({ length: 8 }, (_, index) => `inventory:warehouse-${index}:read`);
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Creates an issuer with a key of its own. */
export function createTokenIssuer(): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const header = encode({ alg: "RS256", typ: "at+jwt", kid: "bench" });
  const issued = new Map<string, string>();
  const signatureOf = (signed: string, aud: string): Buffer =>
    aud === client.id ? sign("sha256", Buffer.from(signed), privateKey) : randomBytes(signatureLength);

  return {
    key: { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "RS256", use: "sig" },
    issue(iss, aud, sub = "alice") {
      const iat = Math.floor(Date.now() / 1000);
      const times = { iat, exp: iat + lifeSeconds, jti: randomUUID() };
      const claims = encode({ iss, aud, sub, client_id: client.id, scope: "read", ...times, entitlements });
      const signed = `${header}.${claims}`;
      const token = `${signed}.${signatureOf(signed, aud).toString("base64url")}`;
      issued.set(token, aud);
      return token;
    },
    isIssued: (token, aud) => issued.get(token) === aud,
    revoke(audience) {
      for (const [token, aud] of issued) if (aud === audience) issued.delete(token);
    },
  };
}
