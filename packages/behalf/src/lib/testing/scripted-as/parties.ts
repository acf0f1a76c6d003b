import { decodeJwt } from "jose";
import type { KnownTokens } from "./known-tokens.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";

/** For whom a token is asked, read without any check. */
export interface Parties {
  /** The `sub` of the subject token, the assertion or the refresh token; absent where there is none, or it says none. */
  readonly subject?: string;
  /** The `sub` of the actor token. */
  readonly actor?: string;
}

/** What the server knows of tokens that are not JWTs. */
export interface TokenBooks {
  readonly tokens: Pick<KnownTokens, "peek">;
  readonly refreshTokens: Pick<RefreshTokens, "peek">;
}

function readSub(token: string, { tokens, refreshTokens }: TokenBooks): string | undefined {
  const known = refreshTokens.peek(token) ?? tokens.peek(token);
  try {
    const { sub } = known ?? decodeJwt(token);
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Reads for whom a form asks for a token. */
export function readParties(form: URLSearchParams, books: TokenBooks): Parties {
  const subjectToken = form.get("subject_token") ?? form.get("assertion") ?? form.get("refresh_token");
  const actorToken = form.get("actor_token");
  const subject = subjectToken === null ? undefined : readSub(subjectToken, books);
  const actor = actorToken === null ? undefined : readSub(actorToken, books);
  return { ...(subject === undefined ? {} : { subject }), ...(actor === undefined ? {} : { actor }) };
}
