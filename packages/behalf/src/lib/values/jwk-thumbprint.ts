import { digest } from "./digest.ts";

const requiredMembers: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["EC", ["crv", "kty", "x", "y"]],
  ["OKP", ["crv", "kty", "x"]],
  ["RSA", ["e", "kty", "n"]],
]);

/**
 * Picks the members of a key that its thumbprint is made of: all that a verifier needs, and none that is private.
 *
 * @throws {TypeError} when the key is of an unknown kind, or lacks one of them
 */
export function pickRequiredMembers(jwk: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const names = requiredMembers.get(jwk.kty);
  if (!names) throw new TypeError("The key is of a kind that has no known thumbprint: use EC, OKP or RSA.");
  return Object.fromEntries(
    names.map((name) => {
      const value = jwk[name];
      if (typeof value !== "string") throw new TypeError(`The key has no "${name}".`);
      return [name, value];
    }),
  );
}

/**
 * Gives the SHA-256 thumbprint of a public or private key, base64url.
 *
 * @throws {TypeError} when the key is of an unknown kind, or not whole
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638.html#section-3}
 */
export function toJwkThumbprint(jwk: Readonly<Record<string, unknown>>): string {
  return digest(JSON.stringify(pickRequiredMembers(jwk)));
}
