/** A private key that signs, or somebody who signs with one: a key management service, say. */
export interface SigningKey {
  /** The JWS algorithm (RFC 7518 section 3.1), such as `ES256`. */
  readonly algorithm: string;
  /** The `kid` by which the other side knows the key. */
  readonly keyId?: string | undefined;
  /** SHA-256 of the certificate that goes with the key, base64url: `x5t#S256` (RFC 7515 section 4.1.8). */
  readonly certificateThumbprint?: string | undefined;
  /** The public half (RFC 7517); a key that only signs by a callback may not know it. */
  readonly publicJwk?: Readonly<Record<string, unknown>> | undefined;
  /** Signs bytes. Elliptic curve signatures have the form of RFC 7518 section 3.4. */
  sign(input: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
