import { generateKeyPairSync, type JsonWebKey, randomUUID, sign } from "node:crypto";
import { client } from "./site.ts";

/** Issues tokens and knows them again. */
export interface TokenIssuer {
  /** The public key, for those who verify. */
  readonly key: JsonWebKey;
  /** Issues a JWT of the length that tokens have in the field, some 900 bytes. */
  issue(issuer: string, audience: string, subject?: string): string;
  isIssued(token: string, audience: string): boolean;
}

/** How long a token lives, in seconds: longer than any run. */
export const lifeSeconds = 7200;

const entitlements = Array.from({ length: 8 }, (_, index) => `inventory:warehouse-${index}:read`);
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Creates an issuer with a key of its own. */
export function createTokenIssuer(): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const header = encode({ alg: "RS256", typ: "at+jwt", kid: "bench" });
  const issued = new Map<string, string>();

  return {
    key: { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "RS256", use: "sig" },
    issue(iss, aud, sub = "alice") {
      const iat = Math.floor(Date.now() / 1000);
      const times = { iat, exp: iat + lifeSeconds, jti: randomUUID() };
      const claims = encode({ iss, aud, sub, client_id: client.id, scope: "read", ...times, entitlements });
      const signature = sign("sha256", Buffer.from(`${header}.${claims}`), privateKey).toString("base64url");
      const token = `${header}.${claims}.${signature}`;
      issued.set(token, aud);
      return token;
    },
    isIssued: (token, aud) => issued.get(token) === aud,
  };
}
