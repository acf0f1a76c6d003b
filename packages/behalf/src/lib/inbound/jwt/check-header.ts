import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { Members } from "./read-strict-json.ts";

/** What the header of an access token may say. */
export interface HeaderRules {
  readonly algorithms: readonly string[];
  readonly profile: "rfc9068" | "any";
}

const accessTokenTypes: ReadonlySet<string> = new Set(["at+jwt", "application/at+jwt"]);
const plainTypes: ReadonlySet<string> = new Set([...accessTokenTypes, "jwt", "application/jwt"]);

function isAccessTokenType(typ: unknown, profile: "rfc9068" | "any"): boolean {
  if (typ === undefined) return profile === "any";
  const accepted = profile === "any" ? plainTypes : accessTokenTypes;
  return typeof typ === "string" && accepted.has(typ.toLowerCase());
}

/**
 * Checks what a token's header says before any key is looked for. What `jwk`, `jku`, `x5c` and `x5u` say is not read.
 *
 * @throws {CallerTokenError} `algorithm`, `critical`, `typ` or `malformed`
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725.html#section-3}
 */
export function checkHeader({ alg, crit, b64, typ, kid }: Members, { algorithms, profile }: HeaderRules): void {
  if (typeof alg !== "string" || !algorithms.includes(alg)) throw new CallerTokenError("algorithm");
  // No extension is understood, so none may be needed (RFC 7515 section 4.1.11).
  if (crit !== undefined || b64 !== undefined) throw new CallerTokenError("critical");
  if (!isAccessTokenType(typ, profile)) throw new CallerTokenError("typ");
  if (kid !== undefined && typeof kid !== "string") throw new CallerTokenError("malformed");
}
