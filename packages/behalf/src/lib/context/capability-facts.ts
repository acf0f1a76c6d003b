import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { Secret } from "../values/secret.ts";

/** Who the caller was: what a `Caller` says, without its token and claims. */
export interface CapabilityIdentity extends Pick<Caller, "issuer" | "subject" | "client" | "scopes"> {
  /** The session that the caller's token was of: the claim `sid`. */
  readonly sessionId: string | undefined;
  /** Whether the caller is a system, as was found in its request: without the claims it cannot be found again. */
  readonly system: boolean;
}

/** The caller with its token: what it takes to make a `Caller` again, but for the claims. */
export interface CapabilityCaller extends CapabilityIdentity, Pick<Caller, "expiresAt"> {
  readonly token: ActorToken;
}

/** The caller's own token, or a refresh token that was obtained for them. */
export type CapabilitySubject =
  | { readonly kind: "subjectToken"; readonly caller: CapabilityCaller }
  | { readonly kind: "refreshToken"; readonly caller: CapabilityIdentity; readonly token: Secret };

/** All that a capability says. */
export interface CapabilityFacts {
  /** The authorization server under which it was made. */
  readonly issuer: string;
  /** The client, which is this API, that it was made by. */
  readonly client: string | undefined;
  readonly tenant: string | undefined;
  /** The names of the services that it may be used for. */
  readonly services: readonly string[];
  /** When the caller's token was issued, in epoch milliseconds; where it does not say, up to when it is known to have been good, else 0. */
  readonly issuedAt: number;
  /** When it ends, in epoch milliseconds. */
  readonly expiresAt: number;
  readonly subject: CapabilitySubject;
}
