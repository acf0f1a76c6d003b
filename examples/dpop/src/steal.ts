import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Inventory } from "./inventory.ts";

/** One way to use a stolen token, and what came of it. */
export interface Attempt {
  readonly way: string;
  readonly answer: string;
}

/** Uses the token of the last request that the inventory served, as somebody who has read it in a log. */
export async function steal(inventory: Inventory): Promise<readonly Attempt[]> {
  const served = inventory.visits().findLast(({ outcome }) => outcome === "served");
  const token = (served?.authorization ?? "").replace(/^DPoP /, "");
  const url = `${inventory.url}/items/sku-1`;
  return [
    await attempt("as a bearer token", url, { authorization: `Bearer ${token}` }),
    await attempt("without a proof", url, { authorization: `DPoP ${token}` }),
    await attempt("with a proof by another key", url, {
      authorization: `DPoP ${token}`,
      dpop: await signProof(url, token),
    }),
  ];
}

async function attempt(way: string, url: string, headers: Readonly<Record<string, string>>): Promise<Attempt> {
  const response = await fetch(url, { headers });
  await response.body?.cancel();
  return { way, answer: `${response.status} ${response.headers.get("www-authenticate")}` };
}

/** Signs a proof that is right in everything, but for whose key it is. */
async function signProof(url: string, token: string): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const ath = createHash("sha256").update(token).digest("base64url");
  return new SignJWT({ htm: "GET", htu: url, ath, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey);
}
