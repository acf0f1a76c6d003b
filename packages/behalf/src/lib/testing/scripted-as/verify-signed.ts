import {
  importJWK,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
} from "jose";

export const asymmetricAlgorithms: readonly string[] = [
  "ES256",
  "ES384",
  "ES512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
  "Ed25519",
];

const toKeyType = (alg = ""): string => (/^Ed/.test(alg) ? "OKP" : alg.startsWith("ES") ? "EC" : "RSA");

/** The keys that the header may mean: the named one, or without a name all that fit the algorithm. */
export function findKeys(keys: readonly JWK[], header: ProtectedHeaderParameters): readonly JWK[] {
  const { alg, kid } = header;
  const thumbprint = header["x5t#S256"];
  return keys.filter(
    (key) =>
      key.kty === toKeyType(alg) &&
      (key.alg === undefined || key.alg === alg) &&
      (kid === undefined || key.kid === kid) &&
      (thumbprint === undefined || key["x5t#S256"] === thumbprint),
  );
}

/** Gives the claims of a JWT that one of the keys signed and that is in force, or throws. */
export async function verifySigned(
  jwt: string,
  keys: readonly (JWK | Uint8Array)[],
  options: JWTVerifyOptions & { readonly algorithms: string[] },
): Promise<JWTPayload> {
  let problem: unknown = new Error("No key fits");
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(
        jwt,
        async ({ alg }) => (key instanceof Uint8Array ? key : importJWK(key, alg)),
        options,
      );
      return payload;
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
