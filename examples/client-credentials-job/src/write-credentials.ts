import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The files of the job, and what the authorization server is told of them. */
export interface Credentials {
  readonly keyFile: string;
  readonly publicKey: JsonWebKey & { readonly kty: string };
  readonly secretFile: string;
  readonly secret: string;
  remove(): void;
}

/** Makes a key pair and a secret, and writes what is the job's to files that nobody else may read. */
export function writeCredentials(): Credentials {
  const folder = mkdtempSync(join(tmpdir(), "stock-report-"));
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keyFile = join(folder, "key.pem");
  writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  const secret = randomBytes(32).toString("base64url");
  const secretFile = join(folder, "secret");
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  return {
    keyFile,
    publicKey: { ...publicKey.export({ format: "jwk" }), kty: "EC" },
    secretFile,
    secret,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
