import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey } from "jose";
import type { SigningAlgorithm } from "../settings/options.ts";

/** The keys of one server. */
export interface SigningKeys {
  /** The private key set, as `oidc-provider` wants it. */
  readonly privateKeys: { readonly keys: JWK[] };
  /** Finds the public key for a token of this server. */
  readonly findPublicKey: JWTVerifyGetKey;
}

const algorithms: readonly SigningAlgorithm[] = ["RS256", "ES256"];

/** Generates a fresh key for each algorithm. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const pairs = await Promise.all(algorithms.map(generateNamedPair));
  return {
    privateKeys: { keys: pairs.map((pair) => pair.privateKey) },
    findPublicKey: createLocalJWKSet({ keys: pairs.map((pair) => pair.publicKey) }),
  };
}

async function generateNamedPair(alg: SigningAlgorithm): Promise<{ privateKey: JWK; publicKey: JWK }> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const names = { alg, use: "sig", kid: `${alg.toLowerCase()}-${crypto.randomUUID()}` };
  return {
    privateKey: { ...(await exportJWK(pair.privateKey)), ...names },
    publicKey: { ...(await exportJWK(pair.publicKey)), ...names },
  };
}
