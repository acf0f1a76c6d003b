import { base64url } from "jose";
import type { SigningKey } from "../values/signing-key.ts";

/** What a JWT says of itself and of its matter. */
export interface JwtParts {
  /** The header, without `alg`. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Signs a JWT. Members that are `undefined` are left out.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515.html#section-3.1}
 */
export async function signJwt(key: SigningKey, { header, claims }: JwtParts): Promise<string> {
  const encode = (part: object): string => base64url.encode(JSON.stringify(part));
  const input = `${encode({ alg: key.algorithm, ...header })}.${encode(claims)}`;
  const signature = await key.sign(new TextEncoder().encode(input));
  return `${input}.${base64url.encode(signature)}`;
}
