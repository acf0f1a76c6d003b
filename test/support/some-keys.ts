import { exportJWK, generateKeyPair, type JWK } from "jose";
import { createServerKeys, type ServerKeysOptions } from "../../packages/behalf/src/lib/inbound/keys/server-keys.ts";
import type {
  VerificationKey,
  VerificationKeys,
} from "../../packages/behalf/src/lib/inbound/keys/verification-keys.ts";
import { type Clock, createClock } from "./clock.ts";
import { answer, createNetwork, someMetadata } from "./token-request.ts";

const issuer = "https://as.example.com";

type Members = Readonly<Record<string, unknown>>;

/** A new public key as a server publishes it; a member that is `undefined` is left out. */
export async function somePublicKey(changes: Members = {}, algorithm = "ES256"): Promise<JWK> {
  const { publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg: algorithm, use: "sig", ...changes };
  return Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined));
}

/** The answer that holds these keys. */
export function keySet(...keys: readonly unknown[]): () => Response {
  return () => answer({ keys });
}

/** An issuer's keys over a network of functions, and a clock. */
export interface KeysWorld {
  readonly clock: Clock;
  readonly keys: VerificationKeys;
  readonly asked: ReturnType<typeof createNetwork>["asked"];
  /** Finds the ids of what fits a key id. */
  find(kid: string | undefined, alg?: string): Promise<readonly (string | undefined)[]>;
  /** Finds the one key of an id, or throws. */
  findOne(kid: string): Promise<VerificationKey>;
}

/** Opens the keys of a server that gives these answers, one a request and the last one for ever. */
export function openKeys(
  answers: readonly (() => Response | Promise<Response>)[],
  changes: Partial<ServerKeysOptions> = {},
): KeysWorld {
  const clock = createClock();
  const { fetch, asked } = createNetwork(...answers);
  const metadata = someMetadata(issuer, { jwksUri: new URL(`${issuer}/jwks`) });
  const keys = createServerKeys({
    metadata: { authority: issuer, get: async () => metadata },
    fetch,
    cooldownMs: 30_000,
    now: clock.now,
    ...changes,
  });
  const look = (kid: string | undefined, alg = "ES256") => keys.find(kid === undefined ? { alg } : { alg, kid });
  return {
    clock,
    keys,
    asked,
    find: async (kid, alg) => (await look(kid, alg)).map(({ origin }) => origin.kid),
    async findOne(kid) {
      const [found] = await look(kid);
      if (!found) throw new Error(`There is no key ${kid}`);
      return found;
    },
  };
}
