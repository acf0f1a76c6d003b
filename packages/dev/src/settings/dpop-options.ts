/** How the server treats proofs of possession (DPoP, RFC 9449). It accepts them always. */
export interface DpopOptions {
  /**
   * Refuses a proof without a nonce of this server, with `use_dpop_nonce` (RFC 9449 section 8).
   *
   * @default false
   */
  readonly requireNonce?: boolean;
}
