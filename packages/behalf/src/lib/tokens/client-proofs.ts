import type { ClientCredentials } from "../oauth/token-request.ts";
import type { TokenBinding } from "./token-binding.ts";

/** What this API proves itself with, towards one authorization server. */
export interface ClientProof {
  readonly credentials: ClientCredentials;
  readonly binding: TokenBinding;
}

/** Gives what this API proves itself with; and other proofs, where the first were refused. */
export interface ClientProofs extends ClientProof {
  /** Reads the sources as they are now, for a renewal long after. */
  reread?(signal: AbortSignal): Promise<ClientProofs>;
  /** Reads the sources anew; `undefined` when they hold nothing but what was refused. */
  renew?(refused: ClientProof, signal: AbortSignal): ClientProof | undefined | Promise<ClientProof | undefined>;
}
