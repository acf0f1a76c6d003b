import { createMemoryStore } from "../server/memory-store.ts";

/** Claims of an access token besides those that every token has. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/**
 * Which claims are to stand in which token, from the grant that makes the token to the moment it is signed.
 *
 * `oidc-provider` overwrites extra claims given to a token's constructor, and asks for them by token instead.
 */
export interface AddedClaims {
  /** Decides on one token. */
  addTo(token: object, claims: TokenClaims): void;
  /** Decides on every token that the refresh token of a grant will give. */
  addToGrant(grantId: string, claims: TokenClaims): void;
  /** Gives what was decided on a token; undefined if nothing was. */
  find(token: { readonly grantId?: string | undefined }): TokenClaims | undefined;
}

const grantsKept = 5_000;

/** Creates a register in which nothing is decided yet; what is decided on a grant is kept as long as a grant lives. */
export function createAddedClaims(grantLifetimeMs: number): AddedClaims {
  const ofTokens = new WeakMap<object, TokenClaims>();
  const ofGrants = createMemoryStore<TokenClaims>({ capacity: grantsKept });

  return {
    addTo: (token, claims) => void ofTokens.set(token, claims),
    addToGrant: (grantId, claims) => ofGrants.set(grantId, claims, grantLifetimeMs),
    find: (token) => ofTokens.get(token) ?? (token.grantId ? ofGrants.get(token.grantId) : undefined),
  };
}
