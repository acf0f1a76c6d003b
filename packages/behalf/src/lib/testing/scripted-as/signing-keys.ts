import {
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
  SignJWT,
} from "jose";
import type { Claims } from "./claims.ts";

/** What the server signs tokens with. */
export type SigningAlgorithm = "ES256" | "RS256";

/** Whose key signs: the present one, the one before the last rotation, or one that the server never published. */
export type SigningKeyName = "current" | "previous" | "stranger";

/** How a token is signed, where it differs from the usual. */
export interface SigningChoice {
  readonly key?: SigningKeyName;
  /** @default "at+jwt" */
  readonly typ?: string;
  /** `null` leaves the header without a `kid`. */
  readonly kid?: string | null;
}

export interface SigningKeys {
  sign(payload: Claims, choice?: SigningChoice): Promise<string>;
  /** Gives the claims of a token of ours that is in force at `currentDate`, or throws. */
  verify(token: string, currentDate: Date): Promise<JWTPayload>;
  jwks(): JSONWebKeySet;
  /** Makes another key the present one. The one before stays published only if it is kept. */
  rotate(options?: { readonly keepPrevious?: boolean }): Promise<void>;
}

type SigningKey = Awaited<ReturnType<typeof createSigningKey>>;

async function createSigningKey(alg: SigningAlgorithm, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

function toHeader(key: SigningKey, { typ = "at+jwt", kid = key.kid }: SigningChoice) {
  return { alg: key.alg, typ, ...(kid === null ? {} : { kid }) };
}

export async function createSigningKeys(alg: SigningAlgorithm): Promise<SigningKeys> {
  let generation = 1;
  let current = await createSigningKey(alg, "key-1");
  let previous: SigningKey | undefined;
  let published: readonly SigningKey[] = [current];

  async function pick(name: SigningKeyName): Promise<SigningKey> {
    if (name === "stranger") return createSigningKey(alg, current.kid);
    if (name === "current") return current;
    if (!previous) throw new Error("The keys were not rotated: there is no previous one");
    return previous;
  }

  function findPublished({ kid }: ProtectedHeaderParameters) {
    const key = published.find((candidate) => candidate.kid === kid);
    if (!key) throw new Error(`No key "${kid}" is published`);
    return key.publicKey;
  }

  return {
    async sign(payload, choice = {}) {
      const key = await pick(choice.key ?? "current");
      // Signed as it is: a test may want claims that no server would write.
      return new SignJWT(payload as JWTPayload).setProtectedHeader(toHeader(key, choice)).sign(key.privateKey);
    },
    async verify(token, currentDate) {
      const { payload } = await jwtVerify(token, findPublished, { currentDate });
      return payload;
    },
    jwks: () => ({ keys: published.map(({ jwk }) => jwk) }),
    async rotate({ keepPrevious = true } = {}) {
      generation += 1;
      previous = current;
      current = await createSigningKey(alg, `key-${generation}`);
      published = keepPrevious ? [current, previous] : [current];
    },
  };
}
