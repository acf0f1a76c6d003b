import type { ContextStorage } from "../context/context-storage.ts";
import { readAccessToken } from "../context/read-access-token.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { MissingContextError } from "../errors/missing-context-error.ts";
import { Outcome } from "../outcome/outcome.ts";
import { type OutcomePromise, toOutcome, toOutcomePromise } from "../outcome/outcome-promise.ts";
import type { ActorToken } from "../values/actor-token.ts";

/** Gives the access token that the current request carries. */
export interface AccessTokenProvider {
  /**
   * The token of the caller, where it was validated, else as it stands in the header, unvalidated. `forceStandardHeader` reads
   * `Authorization`, whatever is configured.
   *
   * @throws nothing; without a request the outcome is a {@link MissingContextError}, without a token a {@link CallerTokenError}
   */
  getAccessToken(options?: { readonly forceStandardHeader?: boolean }): OutcomePromise<ActorToken>;
}

/** Gives the id that follows a request through all services. */
export interface MessageIdProvider {
  /** The id of the current request; `enforce` makes one, for the request and its answer, where there is none. */
  getMessageId(options?: { readonly enforce?: boolean }): string | undefined;
}

/** Times the steps of the current request. */
export interface DiagnosticsProvider {
  /** Starts a step; a key that comes again is numbered. Outside a request it does nothing. */
  startTimer(key: string): void;
  /** Ends the oldest running step of the key and gives its milliseconds. */
  endTimer(key: string): number | undefined;
}

/** Reads the token of the current request from a header. */
export function readAmbientToken(context: ContextStorage, header: string): OutcomePromise<ActorToken> {
  const current = context.current();
  if (!current) return toOutcomePromise(Outcome.fail<ActorToken>(new MissingContextError("its access token")));
  return toOutcomePromise(toOutcome(() => readAccessToken(current, header)));
}

/** Gives the token that the caller was validated by; where nobody has looked at the caller, what stands in the header. */
export function readOwnAmbientToken(context: ContextStorage, header: string): OutcomePromise<ActorToken> {
  const caller = context.current()?.caller;
  if (!caller) return readAmbientToken(context, header);
  const { token } = caller;
  return toOutcomePromise(token ? Outcome.success(token) : Outcome.fail<ActorToken>(new CallerTokenError("missing")));
}
