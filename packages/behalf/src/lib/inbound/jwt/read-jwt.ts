import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import { type Members, readStrictJson } from "./read-strict-json.ts";

/** A JWT as it says itself. Nothing of it is verified. */
export interface UnverifiedJwt {
  readonly header: Members;
  readonly claims: Members;
}

const longestToken = 32 * 1024;

/**
 * Reads a signed JWT, unverified.
 *
 * @throws {CallerTokenError} `tooLong` over 32 KiB, `malformed` when it is no signed JWT in the compact form
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519.html#section-7.2}
 */
export function readJwt(token: ActorToken): UnverifiedJwt {
  const text = token.value();
  if (text.length > longestToken) throw new CallerTokenError("tooLong");
  const [header, claims, signature, ...others] = text.split(".");
  if (header === undefined || claims === undefined || signature === undefined || others.length > 0) {
    throw new CallerTokenError("malformed");
  }
  if (Buffer.from(signature, "base64url").toString("base64url") !== signature) throw new CallerTokenError("malformed");
  return { header: readStrictJson(header), claims: readStrictJson(claims) };
}
