import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import type { SigningKeys } from "./signing-keys.ts";

type Members = Readonly<Record<string, unknown>>;

/** The access tokens that the server knows, and the people that they are of. */
export interface KnownTokens {
  /** Gives an opaque token for these claims. */
  add(claims: JWTPayload): string;
  revoke(token: string): void;
  /** Gives the claims of a token that is in force, signed by the server or opaque; `undefined` for any other. */
  find(token: string): Promise<JWTPayload | undefined>;
  setUserInfo(sub: string, claims: Members): void;
  userInfo(sub: string): Members;
}

export function createKnownTokens(keys: SigningKeys, now: () => number): KnownTokens {
  const opaque = new Map<string, JWTPayload>();
  const revoked = new Set<string>();
  const people = new Map<string, Members>();

  const isInForce = ({ exp = Number.POSITIVE_INFINITY, nbf = 0 }: JWTPayload): boolean =>
    nbf * 1000 <= now() && now() < exp * 1000;

  const read = async (token: string): Promise<JWTPayload | undefined> => {
    const claims = opaque.get(token);
    if (claims) return isInForce(claims) ? claims : undefined;
    return keys.verify(token, new Date(now())).catch(() => undefined);
  };

  return {
    add(claims) {
      const token = `opaque-${randomUUID()}`;
      opaque.set(token, claims);
      return token;
    },
    revoke(token) {
      revoked.add(token);
    },
    find: async (token) => (revoked.has(token) ? undefined : read(token)),
    setUserInfo(sub, claims) {
      people.set(sub, claims);
    },
    userInfo: (sub) => people.get(sub) ?? {},
  };
}
