import { compactVerify, errors, type JWSHeaderParameters } from "jose";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { reduceCause } from "../../errors/reduce-cause.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { KeyOrigin, VerificationKey, VerificationKeys } from "../keys/verification-keys.ts";
import type { Members } from "./read-strict-json.ts";

/** What a signature is verified with. */
export interface SignatureRules {
  readonly keys: VerificationKeys;
  readonly algorithms: readonly string[];
  /** Whether a key may sign this token: some are for one issuer of several alone. */
  readonly mayBeSignedBy: (origin: KeyOrigin) => boolean;
}

/** What a key is found by. Nothing else of the header is. */
function toKeyHeader({ alg, kid }: Members): JWSHeaderParameters {
  return { ...(typeof alg === "string" && { alg }), ...(typeof kid === "string" && { kid }) };
}

/** What went wrong with this key alone: another may do. */
const isAboutTheKey = (error: unknown): boolean =>
  error instanceof errors.JWSSignatureVerificationFailed || error instanceof TypeError;

/**
 * Whether a signature by an RSA key is as long as its modulus. OpenSSL lets zeros in front be left out of those of PSS.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8017.html#section-8.1.2}
 */
function isWhole(token: ActorToken, { algorithm }: VerificationKey["key"]): boolean {
  if (!("modulusLength" in algorithm)) return true;
  const text = token.value();
  const signature = text.length - text.lastIndexOf(".") - 1;
  return Math.floor((signature * 3) / 4) * 8 === algorithm.modulusLength;
}

async function isSignedBy(
  token: ActorToken,
  { key }: VerificationKey,
  algorithms: readonly string[],
): Promise<boolean> {
  if (!isWhole(token, key)) return false;
  try {
    await compactVerify(token.value(), key, { algorithms: [...algorithms] });
    return true;
  } catch (error) {
    if (isAboutTheKey(error)) return false;
    if (error instanceof errors.JOSEError) throw new CallerTokenError("malformed", { cause: reduceCause(error) });
    throw error;
  }
}

/**
 * Verifies a token's signature, and tells the key.
 *
 * @throws {CallerTokenError} `unknownKey` when the issuer has no key of that name, `signature` when none of its keys signed
 * @throws {TokenUnreachableError} when the keys cannot be had
 */
export async function verifySignature(
  token: ActorToken,
  header: Members,
  { keys, algorithms, mayBeSignedBy }: SignatureRules,
): Promise<KeyOrigin> {
  const candidates = (await keys.find(toKeyHeader(header))).filter(({ origin }) => mayBeSignedBy(origin));
  if (candidates.length === 0) throw new CallerTokenError("unknownKey");
  for (const candidate of candidates) {
    if (await isSignedBy(token, candidate, algorithms)) return candidate.origin;
  }
  throw new CallerTokenError("signature");
}
