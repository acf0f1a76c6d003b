import { createPublicKey } from "node:crypto";

type Jwk = Readonly<Record<string, unknown>>;

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"] as const;

const signingTypes: ReadonlySet<string | undefined> = new Set(["rsa", "rsa-pss", "ec", "ed25519", "ed448"]);

function isReadable(key: Jwk): boolean {
  try {
    return signingTypes.has(createPublicKey({ key: { ...key }, format: "jwk" }).asymmetricKeyType);
  } catch {
    return false;
  }
}

/** Says what to do about a key that tokens cannot be verified with, or that has no place here; `undefined` for a good one. */
export function findKeyFault(key: Jwk): string | undefined {
  if (key.kty === "oct" || "k" in key)
    return "Take the symmetric key out: whoever verifies with it could sign as well.";
  if (privateMembers.some((name) => name in key)) {
    return "Give the public half alone: this API verifies tokens, and signs none. Replace the key if others saw it here.";
  }
  return isReadable(key) ? undefined : "Give a public key as a JWK of kty RSA, EC or OKP (RFC 7517 section 4).";
}
