import type { BareCaller } from "../values/caller.ts";

/**
 * Whether a caller is a system and not a person, by what servers write: `sub` is the client itself (RFC 9068 section
 * 2.2), Entra's `idtyp`, Auth0's `gty`, or `userType`.
 */
export function isSystemCaller({ subject, client, claims }: BareCaller): boolean {
  return (
    (subject !== undefined && subject === client) ||
    claims.idtyp === "app" ||
    claims.gty === "client-credentials" ||
    claims.userType === "system"
  );
}
