import type { CryptoKey, JWSHeaderParameters } from "jose";

/** Where a key stands: in a set of keys that an issuer publishes, or that was pinned. */
export interface KeyOrigin {
  readonly kid: string | undefined;
  /** The issuer that the key alone is for, where the set says so, as Entra's does: it may hold `{tenantid}`. */
  readonly issuer: string | undefined;
  /** Whether the key is still published. It turns `false` once, when a newer set came without the key. */
  readonly live: boolean;
}

/** A key that may have signed a token. */
export interface VerificationKey {
  readonly key: CryptoKey;
  readonly origin: KeyOrigin;
}

/** The keys of one issuer. */
export interface VerificationKeys {
  /**
   * Finds the keys that fit a token's header: one for its `kid`, all that fit its algorithm where it has none; none when the
   * issuer does not know the key.
   *
   * @throws {TokenUnreachableError} when no keys are known, and none can be had
   */
  find(header: JWSHeaderParameters): Promise<readonly VerificationKey[]>;
}
