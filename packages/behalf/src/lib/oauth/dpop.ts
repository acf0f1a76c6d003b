import { LRUCache } from "lru-cache";
import type { ActorToken } from "../values/actor-token.ts";
import type { Now } from "../values/clock.ts";
import { pickRequiredMembers, toJwkThumbprint } from "../values/jwk-thumbprint.ts";
import type { SigningKey } from "../values/signing-key.ts";
import { signJwt } from "./sign-jwt.ts";

/** What a proof is about. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: URL;
  /** The token that goes with the proof; none in a token request. */
  readonly token?: ActorToken | undefined;
}

/** A proof, with the nonce that stands in it. */
export interface Proof {
  readonly jwt: string;
  readonly nonce: string | undefined;
}

/** Proves possession of a key, and keeps the nonces that servers give (RFC 9449). */
export interface DpopProver {
  /** SHA-256 thumbprint of the public key (RFC 7638): `jkt`. */
  readonly thumbprint: string;
  prove(request: ProvenRequest): Promise<Proof>;
  /** Keeps the nonce of an answer for the origin; `undefined` changes nothing. */
  keepNonce(origin: string, nonce: string | undefined): void;
}

/** What a prover is made of. */
export interface DpopProverOptions {
  /** It must know its public half. */
  readonly key: SigningKey;
  readonly now: Now;
}

const mostOrigins = 1_000;

/**
 * Creates a prover. It keeps one nonce for each of a thousand origins; the newest one counts.
 *
 * @throws {TypeError} when the key does not know its public half, or is of an unknown kind
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449.html#section-4.2}
 */
export function createDpopProver({ key, now }: DpopProverOptions): DpopProver {
  if (!key.publicJwk) throw new TypeError("The key of a DPoP proof must know its public half.");
  const jwk = pickRequiredMembers(key.publicJwk);
  const nonces = new LRUCache<string, string>({ max: mostOrigins });

  return {
    thumbprint: toJwkThumbprint(key.publicJwk),
    async prove({ method, url, token }) {
      const nonce = nonces.get(url.origin);
      const claims = {
        jti: crypto.randomUUID(),
        htm: method,
        htu: `${url.origin}${url.pathname}`,
        iat: Math.floor(now() / 1000),
        ath: token?.digest(),
        nonce,
      };
      return { jwt: await signJwt(key, { header: { typ: "dpop+jwt", jwk }, claims }), nonce };
    },
    keepNonce(origin, nonce) {
      if (nonce) nonces.set(origin, nonce);
    },
  };
}
