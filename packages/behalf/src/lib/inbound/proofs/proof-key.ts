import { type CryptoKey, importJWK, type JWSHeaderParameters } from "jose";
import { LRUCache } from "lru-cache";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { isSmallOrder } from "../../values/is-small-order.ts";
import { pickRequiredMembers, toJwkThumbprint } from "../../values/jwk-thumbprint.ts";

/** Finds the key that a proof's header holds, if it is the one with this thumbprint. */
export type FindProofKey = (header: JWSHeaderParameters, jkt: string) => Promise<CryptoKey>;

type Members = Readonly<Record<string, unknown>>;

const mostKeys = 1_000;
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] as const;
/** Other ways of naming a key: with one of them it would not be clear which key is meant. */
const otherKeys = ["jku", "x5u", "x5c", "x5t", "x5t#S256"] as const;
/** 8192 bits, and an exponent of 32: beyond, one signature would cost too much. */
const longestModulus = 1_366;
const longestExponent = 6;

const has = (members: object, names: readonly string[]): boolean => names.some((name) => Object.hasOwn(members, name));

function checkUse({ use, alg, key_ops: operations }: Members, algorithm: unknown): void {
  if (use !== undefined && use !== "sig") throw new TypeError("The key is not for signatures.");
  if (alg !== undefined && alg !== algorithm) throw new TypeError("The key is for another algorithm.");
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify")))
    throw new TypeError("The key is not for verifying.");
}

function readPublicKey(header: JWSHeaderParameters): Members {
  if ("crit" in header || has(header, otherKeys)) throw new TypeError("The header holds what no proof needs.");
  const { jwk } = header;
  if (typeof jwk !== "object" || jwk === null) throw new TypeError("The header has no key.");
  if (has(jwk, privateMembers)) throw new TypeError("The key is not public.");
  const members: Members = { ...jwk };
  checkUse(members, header.alg);
  return pickRequiredMembers(members);
}

async function importKey(members: Members, algorithm: string): Promise<CryptoKey> {
  const { n = "", e = "" } = members;
  if (String(n).length > longestModulus || String(e).length > longestExponent)
    throw new TypeError("The key is too long.");
  if (isSmallOrder(members)) throw new TypeError("Everybody can sign for the key.");
  const key = await importJWK({ ...members }, algorithm);
  if (key instanceof Uint8Array) throw new TypeError("The key is not public.");
  return key;
}

/**
 * Creates the search for keys. A thousand of them stay imported: that takes longer than to verify a signature.
 *
 * Only a key that a token is bound to is imported, so that nobody makes this process compute with keys of his choice.
 */
export function createFindProofKey(): FindProofKey {
  const imported = new LRUCache<string, CryptoKey>({ max: mostKeys });

  return async (header, jkt) => {
    const members = readPublicKey(header);
    if (toJwkThumbprint(members) !== jkt) throw new CallerTokenError("binding", { scheme: "DPoP" });
    const { alg = "" } = header;
    const known = imported.get(`${alg} ${jkt}`);
    if (known) return known;
    const key = await importKey(members, alg);
    imported.set(`${alg} ${jkt}`, key);
    return key;
  };
}
