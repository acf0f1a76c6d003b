import { type CryptoKey, createLocalJWKSet, errors, type JWK } from "jose";
import { isSmallOrder } from "../../values/is-small-order.ts";
import { toJwkThumbprint } from "../../values/jwk-thumbprint.ts";
import type { VerificationKey } from "./verification-keys.ts";

/** One usable key of a set. */
export interface PublishedKey {
  /** Equal for two keys of the same id, material and use: whatever decides what a key may verify is in it. */
  readonly identity: string;
  readonly kid: string | undefined;
  /** Gives the key for an algorithm, the same one each time; `undefined` where it is not for it. */
  fit(algorithm: string): Promise<VerificationKey | undefined>;
  /** Says that the key is no longer published. */
  withdraw(): void;
}

/** A public key (RFC 7517), with the member that Entra adds. */
type PublicJwk = JWK & { readonly issuer?: unknown };

/** A key as it came, with its identity: not looked into any deeper. */
export interface KeyCandidate {
  readonly jwk: PublicJwk;
  readonly identity: string;
}

const leastRsaBits = 2048;

/** What a key is tried with where it does not say what it is for, by its curve or its type. */
const usualAlgorithms: ReadonlyMap<unknown, string> = new Map([
  ["RSA", "RS256"],
  ["P-256", "ES256"],
  ["P-384", "ES384"],
  ["P-521", "ES512"],
  ["Ed25519", "EdDSA"],
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A public key of a kind that is known. A private one is left out though it holds a public one: everybody has it. */
const isPublicJwk = (value: unknown): value is PublicJwk =>
  isObject(value) && typeof value.kty === "string" && value.d === undefined && value.priv === undefined;

function toIdentity(jwk: PublicJwk): string | undefined {
  const { kid, alg, use, key_ops, ext, issuer } = jwk;
  try {
    return JSON.stringify([toJwkThumbprint(jwk), kid, alg, use, key_ops, ext, issuer]);
  } catch {
    return undefined;
  }
}

/** Reads a member of a key set; `undefined` where it is malformed, symmetric, private, or of a kind that is not known. */
export function toKeyCandidate(value: unknown): KeyCandidate | undefined {
  if (!isPublicJwk(value)) return undefined;
  const identity = toIdentity(value);
  return identity === undefined ? undefined : { jwk: value, identity };
}

/** The library throws for a short RSA key only when it verifies, by an error that is no verdict on the token. */
function isStrong({ algorithm }: CryptoKey): boolean {
  return !("modulusLength" in algorithm) || Number(algorithm.modulusLength) >= leastRsaBits;
}

/** Imports a key for each algorithm that it is asked for, once. Others than the library's own are not remembered. */
function createImport(jwk: JWK): (algorithm: string) => Promise<CryptoKey | undefined> {
  let select: ReturnType<typeof createLocalJWKSet> | undefined;
  const known = new Map<string, CryptoKey | undefined>();
  return async (algorithm) => {
    if (known.has(algorithm)) return known.get(algorithm);
    try {
      select ??= createLocalJWKSet({ keys: [jwk] });
      const key = await select({ alg: algorithm });
      known.set(algorithm, isStrong(key) ? key : undefined);
    } catch (error) {
      if (error instanceof errors.JOSENotSupported) return undefined;
      known.set(algorithm, undefined);
    }
    return known.get(algorithm);
  };
}

/** Makes a candidate usable; `undefined` where it cannot verify: another use, unreadable, an RSA key below 2048 bits. */
export async function toPublishedKey({ jwk, identity }: KeyCandidate): Promise<PublishedKey | undefined> {
  const kid = typeof jwk.kid === "string" ? jwk.kid : undefined;
  const issuer = typeof jwk.issuer === "string" ? jwk.issuer : undefined;
  const origin = { kid, issuer, live: true };
  const load = createImport(jwk);
  const algorithm = jwk.alg ?? usualAlgorithms.get(jwk.crv ?? jwk.kty);
  if (typeof algorithm !== "string" || isSmallOrder(jwk) || !(await load(algorithm))) return undefined;
  return {
    identity,
    kid,
    async fit(asked) {
      const key = await load(asked);
      return key && { key, origin };
    },
    withdraw() {
      origin.live = false;
    },
  };
}
