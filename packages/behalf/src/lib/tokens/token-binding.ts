import type { DpopProver } from "../oauth/dpop.ts";
import type { ConnectionIdentity } from "../values/connection-identity.ts";

/** Who this API is where a token is asked for and shown, and what the token is bound to. */
export interface TokenBinding {
  /** The key that the token is bound to (RFC 9449). */
  readonly dpop: DpopProver | undefined;
  /** Towards the authorization server. */
  readonly serverIdentity: ConnectionIdentity | undefined;
  /** Towards backends. */
  readonly backendIdentity: ConnectionIdentity | undefined;
  /** The thumbprint of the certificate that the token is bound to (RFC 8705 section 3); `undefined` when it is bound to none. */
  readonly certificateThumbprint: string | undefined;
  /** Names by what the authorization server is trusted and reached, the same in every process; empty for Node's own way. */
  readonly serverTrust: string;
}

/** No identity, and a token that is bound to nothing. */
export const unbound: TokenBinding = Object.freeze({
  dpop: undefined,
  serverIdentity: undefined,
  backendIdentity: undefined,
  certificateThumbprint: undefined,
  serverTrust: "",
});
