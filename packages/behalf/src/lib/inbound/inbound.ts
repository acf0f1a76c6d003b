import type { ResolvedInbound } from "../config/resolved.ts";
import { readAccessToken } from "../context/read-access-token.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { InboundRecord } from "../diagnostics/records.ts";
import { BehalfError } from "../errors/behalf-error.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { RememberingAuthenticator } from "./remember-callers.ts";

/** What a route says of its callers. */
export interface RoutePolicy {
  /** Whether a request without a token is let in. One with an invalid token never is. @default false */
  readonly anonymous?: boolean | undefined;
}

/** Looks at the callers of incoming requests. */
export interface Inbound {
  /**
   * Validates the caller's token and notes the caller in the context; `undefined` when the route is anonymous and no token
   * came. A token that was validated before is known at once.
   *
   * @throws {CallerTokenError} when the token is missing, invalid, expired or too narrow
   * @throws {TokenUnreachableError} when the signing keys cannot be had
   */
  authenticate(context: RequestContext, policy?: RoutePolicy): Caller | undefined | Promise<Caller | undefined>;
}

/** What callers are looked at with. */
export interface InboundOptions {
  readonly settings: ResolvedInbound;
  readonly authenticator: RememberingAuthenticator;
  readonly diagnostics: Diagnostics;
}

function readToken(context: RequestContext, header: string, { anonymous }: RoutePolicy): ActorToken | undefined {
  try {
    return readAccessToken(context, header);
  } catch (error) {
    if (anonymous === true && error instanceof CallerTokenError && error.reason === "missing") return undefined;
    throw error;
  }
}

interface Look {
  readonly startedAt: number;
  readonly remembered: boolean;
  readonly error?: unknown;
}

function report(diagnostics: Diagnostics, context: RequestContext, { startedAt, remembered, error }: Look): void {
  const accepted = error === undefined;
  const make = (instance: string): InboundRecord => ({
    instance,
    accepted,
    code: BehalfError.is(error) ? error.code : undefined,
    reason: error instanceof CallerTokenError ? error.reason : undefined,
    remembered,
    durationMs: performance.now() - startedAt,
    messageId: context.messageId(),
  });
  diagnostics.publish("behalf:inbound", make, !accepted);
}

/** Creates the inbound side of one instance. */
export function createInbound({ settings, authenticator, diagnostics }: InboundOptions): Inbound {
  const accept = (context: RequestContext, caller: Caller): Caller => {
    const neededScopes = [...settings.requiredScopes];
    if (!neededScopes.every((scope) => caller.scopes.has(scope))) throw new CallerTokenError("scope", { neededScopes });
    context.accept(caller);
    return caller;
  };

  const validate = async (context: RequestContext, token: ActorToken, startedAt: number): Promise<Caller> => {
    const endTimer = context.timers.start("in-auth-jwt");
    try {
      const caller = accept(context, await authenticator.validate(token));
      report(diagnostics, context, { startedAt, remembered: false });
      return caller;
    } catch (error) {
      report(diagnostics, context, { startedAt, remembered: false, error });
      throw error;
    } finally {
      endTimer();
    }
  };

  return {
    authenticate(context, policy = {}) {
      const startedAt = performance.now();
      let known: Caller | undefined;
      try {
        const token = readToken(context, settings.authorizationHeader, policy);
        known = token && authenticator.recall(token);
        if (token && !known) return validate(context, token, startedAt);
        if (known) accept(context, known);
        else context.acceptAnonymous();
        report(diagnostics, context, { startedAt, remembered: known !== undefined });
        return known;
      } catch (error) {
        report(diagnostics, context, { startedAt, remembered: known !== undefined, error });
        throw error;
      }
    },
  };
}
