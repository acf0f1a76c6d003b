import type { RequestContext } from "../context/request-context.ts";
import { CallerTokenError, type CallerTokenScheme } from "../errors/caller-token-error.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import type { Authenticator } from "./authenticators/authenticators.ts";
import type { Guard } from "./check-policy.ts";
import type { Identity } from "./identity/identify.ts";
import type { PossessionCheck } from "./proofs/possession.ts";
import type { RememberedCaller } from "./remember-validated.ts";
import type { IssuedToken, RevocationMarkers } from "./revocation/revocation-markers.ts";

/** A caller whose credential is valid, and who wants to come in. */
export interface Candidate {
  readonly context: RequestContext;
  readonly authenticator: Authenticator;
  readonly remembered: RememberedCaller;
  readonly scheme: CallerTokenScheme | undefined;
  readonly guard: Guard | undefined;
}

/** What is asked of every request, whether its token was validated just now or before. */
export interface Admission {
  /**
   * Lets the caller in; at once, where nothing has to be waited for.
   *
   * @throws {CallerTokenError} with the reason
   */
  admit(candidate: Candidate): Caller | Promise<Caller>;
  /** Whether what was validated is no good any more, for its token, its subject or its session was evicted. */
  isRevoked(remembered: RememberedCaller, authenticator: Authenticator): boolean;
}

/** What callers are let in by. */
export interface AdmissionOptions {
  readonly markers: Pick<RevocationMarkers, "revoked" | "changes">;
  readonly possession: PossessionCheck;
  readonly identity: Identity;
  readonly now: Now;
}

function checkScopes(
  { settings: { requiredScopes } }: Authenticator,
  { validated: { caller } }: RememberedCaller,
): void {
  if (requiredScopes.size === 0) return;
  const neededScopes = [...requiredScopes];
  if (!neededScopes.every((scope) => caller.scopes.has(scope))) throw new CallerTokenError("scope", { neededScopes });
}

function toIssued({ credential, validated }: RememberedCaller, { settings }: Authenticator): IssuedToken {
  const { caller, issuedAt, sessionId } = validated;
  const { issuer, subject } = caller;
  return { token: credential, issuer, aliases: settings.issuers, subject, sessionId, issuedAt };
}

/** Creates what lets callers in. */
export function createAdmission({ markers, possession, identity, now }: AdmissionOptions): Admission {
  const finish = ({ context, guard }: Candidate, caller: Caller): Caller => {
    guard?.check(caller, now());
    context.accept(caller);
    return caller;
  };

  const isRevoked = (remembered: RememberedCaller, authenticator: Authenticator): boolean => {
    const { changes } = markers;
    if (remembered.clearedOf === changes) return false;
    if (markers.revoked(toIssued(remembered, authenticator))) return true;
    remembered.clearedOf = changes;
    return false;
  };

  /** Asked again after each wait: whom an eviction meets meanwhile does not come in. */
  const assertNotRevoked = ({ remembered, authenticator }: Candidate): void => {
    if (isRevoked(remembered, authenticator)) throw new CallerTokenError("revoked");
  };

  const identify = (candidate: Candidate): Caller | Promise<Caller> => {
    const caller = identity.identify(candidate.remembered);
    if (!(caller instanceof Promise)) return finish(candidate, caller);
    return caller.then((found) => {
      assertNotRevoked(candidate);
      return finish(candidate, found);
    });
  };

  const enter = (candidate: Candidate): Caller | Promise<Caller> => {
    checkScopes(candidate.authenticator, candidate.remembered);
    return identify(candidate);
  };

  return {
    isRevoked,
    admit(candidate) {
      const { context, remembered, scheme } = candidate;
      assertNotRevoked(candidate);
      const { credential, confirmation } = remembered;
      const proving = possession.check(context, { token: credential, scheme, confirmation });
      if (!proving) return enter(candidate);
      return proving.then(() => {
        assertNotRevoked(candidate);
        return enter(candidate);
      });
    },
  };
}
