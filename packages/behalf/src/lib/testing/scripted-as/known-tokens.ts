import { randomUUID } from "node:crypto";
import type { Claims } from "./claims.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** The access tokens that the server knows, and the people that they are of. */
export interface KnownTokens {
  /** Gives an opaque token for these claims. */
  add(claims: Claims): string;
  revoke(token: string): void;
  /** Gives the claims of a token that is in force, signed by the server or opaque; `undefined` for any other. */
  find(token: string): Promise<Claims | undefined>;
  /** Gives the claims of an opaque token, in force or not. */
  peek(token: string): Claims | undefined;
  setUserInfo(sub: string, claims: Claims): void;
  userInfo(sub: string): Claims;
}

function isInForce({ exp, nbf }: Claims, nowMs: number): boolean {
  const started = typeof nbf !== "number" || nbf * 1000 <= nowMs;
  return started && (typeof exp !== "number" || nowMs < exp * 1000);
}

export function createKnownTokens(keys: SigningKeys, now: () => number): KnownTokens {
  const opaque = new Map<string, Claims>();
  const revoked = new Set<string>();
  const people = new Map<string, Claims>();

  const read = async (token: string): Promise<Claims | undefined> => {
    const claims = opaque.get(token);
    if (claims) return isInForce(claims, now()) ? claims : undefined;
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
    peek: (token) => opaque.get(token),
    setUserInfo(sub, claims) {
      people.set(sub, claims);
    },
    userInfo: (sub) => people.get(sub) ?? {},
  };
}
