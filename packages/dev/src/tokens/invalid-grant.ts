import type { ServerParts } from "../server/server-parts.ts";

/** Makes an `invalid_grant` that tells its reason. The library's own hides it, as is right anywhere but in development. */
export function invalidGrant({ library }: ServerParts, reason: string): Error {
  return new library.errors.CustomOIDCProviderError("invalid_grant", reason);
}
