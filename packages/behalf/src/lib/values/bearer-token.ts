import { ActorToken } from "./actor-token.ts";

const bearer = /^bearer +([\x21-\x7e]+) *$/i;

/**
 * An actor token that came, or goes, with the scheme `Bearer`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1}
 */
export class BearerToken extends ActorToken {
  /**
   * Reads the value of an `Authorization` header. The scheme matches in any case (RFC 9110 section 11.1).
   *
   * @throws {TypeError} when it is of another scheme, or no token follows
   */
  static parse(header: string): BearerToken {
    const token = BearerToken.tryParse(header);
    if (!token) throw new TypeError('The header is not of the form "Bearer <token>".');
    return token;
  }

  /** Reads the value of an `Authorization` header; `undefined` when it is of another scheme or form. */
  static tryParse(header: string): BearerToken | undefined {
    const text = bearer.exec(header)?.[1];
    return text === undefined ? undefined : new BearerToken(text);
  }
}
