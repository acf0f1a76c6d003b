/** The points of small order on Ed25519's curve, in every encoding, without the bit of the sign. */
const points: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

/**
 * Whether a public key is a point of small order: signatures that fit it can be made without any private key, and Node's
 * cryptography accepts them.
 *
 * @see {@link https://wicg.github.io/webcrypto-secure-curves/#ed25519-operations}
 */
export function isSmallOrder({ crv, x }: { readonly crv?: unknown; readonly x?: unknown }): boolean {
  if (crv !== "Ed25519" || typeof x !== "string") return false;
  const point = Buffer.from(x, "base64url");
  const last = point[31];
  if (last !== undefined) point[31] = last & 0x7f;
  return points.has(point.toString("hex"));
}
