import { refused } from "../expected.ts";
import type { HostileCase, Signing, Theme } from "../vocabulary.ts";

/** The order of P-256's group (FIPS 186-5). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
const toNumber = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);
const pair = (r: bigint, s: bigint) => (): Buffer => Buffer.concat([toBytes(r), toBytes(s)]);
/** The other signature that fits, which anybody can make of the one. */
export const turn = (signature: Buffer): Buffer =>
  Buffer.concat([half(signature, false), toBytes(order - toNumber(half(signature, true)))]);
const good = ({ input, ring }: Signing): Buffer => ring.ES256.sign(input);
const half = (signature: Buffer, second: boolean): Buffer => signature.subarray(second ? 32 : 0, second ? 64 : 32);

/** Signs until the signature begins with this byte: each one is another. */
function signUntil(sign: () => Buffer, first: number): Buffer {
  let signature = sign();
  while (signature[0] !== first) signature = sign();
  return signature;
}

/** One of the two numbers in DER, which is signed and has no needless zeros in front. */
function toDerNumber(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(Math.max(first, 0));
  const positive = (short[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), short]) : short;
  return Buffer.concat([Buffer.of(2, positive.length), positive]);
}

function toDer(signature: Buffer): Buffer {
  const numbers = Buffer.concat([toDerNumber(half(signature, false)), toDerNumber(half(signature, true))]);
  return Buffer.concat([Buffer.of(0x30, numbers.length), numbers]);
}

const signed = (name: string, signature: (signing: Signing) => Buffer): HostileCase => ({
  name,
  make: { signature },
  expect: refused.signature,
});

const outOfRange: readonly HostileCase[] = [
  ["zero r and s", 0n, 0n],
  ["zero r", 0n, 1n],
  ["zero s", 1n, 0n],
  ["r of the group's order", order, 1n],
  ["s of the group's order", 1n, order],
  ["r and s of the group's order", order, order],
  ["r beyond the group's order", order + 1n, 1n],
  ["r and s of all ones", 2n ** 256n - 1n, 2n ** 256n - 1n],
  ["r and s of one", 1n, 1n],
].map(([name, r, s]) => signed(`ECDSA: ${name}`, pair(BigInt(String(r)), BigInt(String(s)))));

/** The order of Ed25519's group (RFC 8032 section 5.1), which a signature holds its number below, the last byte first. */
const edwardsOrder = 2n ** 252n + 27742317777372353535851937790883648493n;

function addEdwardsOrder(signature: Buffer): Buffer {
  const number = Buffer.from(half(signature, true)).reverse();
  return Buffer.concat([half(signature, false), toBytes(toNumber(number) + edwardsOrder).reverse()]);
}

const flipLast = (signature: Buffer): Buffer =>
  Buffer.concat([signature.subarray(0, -1), Buffer.of((signature.at(-1) ?? 0) ^ 1)]);

export const signatures: Theme = {
  name: "signatures",
  cases: [
    ...outOfRange,
    signed("ECDSA: good r and s plus the group's order, cut to 32 bytes", (signing) => {
      const signature = good(signing);
      const beyond = (toNumber(half(signature, true)) + order) % 2n ** 256n;
      return Buffer.concat([half(signature, false), toBytes(beyond)]);
    }),
    signed("ECDSA: r and s in the other order", (signing) =>
      Buffer.concat([half(good(signing), true), half(good(signing), false)]),
    ),
    signed("ECDSA: a byte too short", (signing) => good(signing).subarray(0, -1)),
    signed("ECDSA: a byte too long", (signing) => Buffer.concat([good(signing), Buffer.of(0)])),
    signed("ECDSA: a zero in front of both numbers", (signing) =>
      Buffer.concat([Buffer.of(0), half(good(signing), false), Buffer.of(0), half(good(signing), true)]),
    ),
    signed("ECDSA: encoded in DER", (signing) => toDer(good(signing))),
    signed("ECDSA: one byte", () => Buffer.of(1)),
    signed("ECDSA: 10,000 zeros", () => Buffer.alloc(10_000)),
    signed("ECDSA: one bit changed", (signing) => flipLast(good(signing))),
    signed("empty", () => Buffer.alloc(0)),
    signed("of another token", ({ ring }) => ring.ES256.sign(Buffer.from("another token"))),
    signed("of the payload alone", ({ input, ring }) => ring.ES256.sign(input.subarray(input.indexOf(".") + 1))),
    ...(["RS256", "PS256", "EdDSA"] as const).flatMap((name): readonly HostileCase[] => [
      {
        name: `${name}: zeros`,
        make: { key: name, signature: () => Buffer.alloc(name === "EdDSA" ? 64 : 256) },
        expect: refused.signature,
      },
      {
        name: `${name}: one bit changed`,
        make: { key: name, signature: ({ input, ring }) => flipLast(ring[name].sign(input)) },
        expect: refused.signature,
      },
      {
        name: `${name}: a byte too short`,
        make: { key: name, signature: ({ input, ring }) => ring[name].sign(input).subarray(1) },
        expect: refused.signature,
      },
    ]),
    {
      name: "PS256: without the zero in front that it should have",
      make: { key: "PS256", signature: ({ input, ring }) => signUntil(() => ring.PS256.sign(input), 0).subarray(1) },
      expect: refused.signature,
    },
    {
      name: "EdDSA: the group's order added to its number",
      make: { key: "EdDSA", signature: ({ input, ring }) => addEdwardsOrder(ring.EdDSA.sign(input)) },
      expect: refused.signature,
    },
    {
      name: "RS256: a zero in front",
      make: { key: "RS256", signature: ({ input, ring }) => Buffer.concat([Buffer.of(0), ring.RS256.sign(input)]) },
      expect: refused.signature,
    },
    {
      name: "RS256: the number one",
      make: { key: "RS256", signature: () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)]) },
      expect: refused.signature,
    },
    {
      name: "payload changed after signing",
      make: {
        compact: (token) => {
          const [header, payload = "", signature] = token.split(".");
          const claims = Buffer.from(payload, "base64url").toString().replace('"alice"', '"mallory"');
          return [header, Buffer.from(claims).toString("base64url"), signature].join(".");
        },
      },
      expect: refused.signature,
    },
    {
      name: "header changed after signing",
      make: {
        compact: (token) => {
          const [header = "", ...rest] = token.split(".");
          const text = Buffer.from(header, "base64url").toString().replace("at+jwt", "AT+JWT");
          return [Buffer.from(text).toString("base64url"), ...rest].join(".");
        },
      },
      expect: refused.signature,
    },
  ],
  harmless: [
    {
      // With s, n - s fits too: ECDSA (FIPS 186-5) and RFC 7518 section 3.4 allow both. The token says the same of the same
      // caller; nobody but a store that keeps tokens by their text may mind, and revocation goes by subject, session, or jti.
      name: "ECDSA: s turned to n - s",
      make: {
        signature: (signing) => turn(good(signing)),
      },
    },
  ],
};
