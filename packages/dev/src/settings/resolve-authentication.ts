import { X509Certificate } from "node:crypto";
import type { Client, ClientAuthentication, ClientOptions } from "./client.ts";
import { invalidSetting } from "./invalid-setting.ts";

/** How a client authenticates, and with what. */
export type Authentication = Pick<Client, "authentication" | "secret" | "jwks" | "tlsClientAuth" | "certificates">;

const methods = {
  secret: ["client_secret_basic", "client_secret_post", "client_secret_jwt"],
  jwks: ["private_key_jwt"],
  tlsClientAuth: ["tls_client_auth"],
  certificates: ["self_signed_tls_client_auth"],
} as const satisfies Record<string, readonly [ClientAuthentication, ...ClientAuthentication[]]>;

type CredentialName = keyof typeof methods;

const credentialNames: readonly CredentialName[] = ["secret", "jwks", "tlsClientAuth", "certificates"];
const subjectFields = ["subjectDn", "sanDns", "sanUri", "sanIp", "sanEmail"];
const printable = /^[\x20-\x7e]+$/;

/** Checks the credential of a client, and that its method is one for which the credential serves. */
export function resolveAuthentication(options: ClientOptions, path: string): Authentication {
  const [credential, another] = credentialNames.filter((name) => options[name] !== undefined);
  if (another !== undefined)
    throw invalidSetting(path, `given one credential: not both "${credential}" and "${another}"`);
  const possible: readonly ClientAuthentication[] = credential === undefined ? ["none"] : methods[credential];
  const authentication = options.authentication ?? possible[0];
  if (authentication === undefined || !possible.includes(authentication)) {
    const given = credential === undefined ? "without a credential" : `with "${credential}"`;
    throw invalidSetting(`${path}.authentication`, `${possible.join(" or ")} ${given}`);
  }
  if (credential !== undefined) checkers[credential](options, `${path}.${credential}`);
  return { authentication, ...(credential === undefined ? {} : { [credential]: options[credential] }) };
}

const checkers: Readonly<Record<CredentialName, (options: ClientOptions, path: string) => void>> = {
  secret({ secret }, path) {
    if (typeof secret !== "string" || !printable.test(secret)) throw invalidSetting(path, "printable ASCII");
  },
  jwks({ jwks }, path) {
    const keys: readonly unknown[] = Array.isArray(jwks?.keys) ? jwks.keys : [];
    if (keys.length === 0 || !keys.every(isPublicKey)) throw invalidSetting(path, "a set of public keys, one at least");
  },
  tlsClientAuth({ tlsClientAuth = {} }, path) {
    const given = Object.entries(tlsClientAuth);
    const fits = given.every(
      ([name, value]) => subjectFields.includes(name) && typeof value === "string" && value !== "",
    );
    if (given.length !== 1 || !fits) throw invalidSetting(path, `given one of: ${subjectFields.join(", ")}`);
  },
  certificates({ certificates }, path) {
    if (!Array.isArray(certificates) || certificates.length === 0 || !certificates.every(isCertificate)) {
      throw invalidSetting(path, "certificates as PEM, one at least");
    }
  },
};

function isPublicKey(key: unknown): boolean {
  return typeof key === "object" && key !== null && "kty" in key && key.kty !== "oct" && !("d" in key);
}

/** Tells whether a text is a certificate as PEM. */
export function isCertificate(pem: unknown): pem is string {
  try {
    return typeof pem === "string" && new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
