import type { ActorToken } from "../../values/actor-token.ts";
import type { BareCaller } from "../../values/caller.ts";
import type { KeyOrigin } from "../keys/verification-keys.ts";
import type { Confirmation } from "../proofs/confirmation.ts";

/** What came of looking at a credential. */
export interface Validated {
  readonly caller: BareCaller;
  /** What the token is bound to; `undefined` for none. */
  readonly confirmation: Confirmation | undefined;
  /** When the token was issued, in epoch milliseconds; `undefined` where it does not say. */
  readonly issuedAt: number | undefined;
  /** The session that the token is of: the claim `sid`. */
  readonly sessionId: string | undefined;
  /** Until when this may be used without looking again, in epoch milliseconds. */
  readonly usableUntil: number;
  /** The key that the token was signed with; `undefined` where another was asked. */
  readonly key: KeyOrigin | undefined;
}

/** What a credential is looked at with. */
export interface ValidationSurroundings {
  /** The header that it came in, in lower case. */
  readonly header: string;
  /** The address at the other end of the connection. */
  readonly origin: string | undefined;
  readonly signal: AbortSignal;
}

/** Looks at credentials of one kind. */
export interface CredentialValidator {
  /**
   * @throws {CallerTokenError} with the reason, when the credential is not valid
   * @throws {TokenUnreachableError} when what is needed to tell cannot be had
   */
  validate(credential: ActorToken, surroundings: ValidationSurroundings): Promise<Validated>;
}
