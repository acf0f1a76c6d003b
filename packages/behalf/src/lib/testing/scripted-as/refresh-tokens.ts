import { randomUUID } from "node:crypto";
import { OAuthError } from "./answer.ts";

/** What a refresh token stands for. */
export interface RefreshGrant {
  readonly clientId: string;
  readonly sub: string;
  readonly scope?: string;
  /** The audiences and resources that it is good for. @default any */
  readonly audience?: string | readonly string[];
  /** Gives a new refresh token with each use; the used one is then dead. @default true, or the server's setting */
  readonly rotates?: boolean;
  /** The thumbprint of the DPoP key that it is bound to. */
  readonly jkt?: string;
}

/** The refresh tokens that the server gave out. */
export interface RefreshTokens {
  issue(grant: RefreshGrant): string;
  /** Gives what a token stands for. A token that was rotated away is `invalid_grant` and ends its whole family. */
  read(token: string): RefreshGrant;
  /** Gives what a token stood for when it was given out, used up or not. */
  peek(token: string): RefreshGrant | undefined;
  /** Puts a new token in the place of the one that was used, if the grant wants that. */
  rotate(token: string): string | undefined;
  /** Ends the token and all of its family. */
  revoke(token: string): void;
}

interface Family {
  readonly grant: RefreshGrant;
  current: string | undefined;
}

const invalidGrant = (description: string): OAuthError => new OAuthError("invalid_grant", description);

export function createRefreshTokens(rotatesByDefault: boolean): RefreshTokens {
  const families = new Map<string, Family>();

  function add(family: Family): string {
    const token = `refresh-${randomUUID()}`;
    family.current = token;
    families.set(token, family);
    return token;
  }

  function find(token: string): Family {
    const family = families.get(token);
    if (!family) throw invalidGrant("Unknown refresh token");
    return family;
  }

  return {
    issue: (grant) => add({ grant: { rotates: rotatesByDefault, ...grant }, current: undefined }),
    read(token) {
      const family = find(token);
      if (family.current === token) return family.grant;
      family.current = undefined;
      throw invalidGrant("The refresh token was used before, or revoked");
    },
    peek: (token) => families.get(token)?.grant,
    rotate(token) {
      const family = find(token);
      return family.grant.rotates ? add(family) : undefined;
    },
    revoke(token) {
      find(token).current = undefined;
    },
  };
}
