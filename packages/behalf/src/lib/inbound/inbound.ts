import { readCredential } from "../context/read-credential.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import type { InboundRecord } from "../diagnostics/records.ts";
import { BehalfError } from "../errors/behalf-error.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import type { DevProxyStep } from "./dev-proxy/dev-proxy-step.ts";
import type { Look, Recognize } from "./recognize.ts";
import type { RoutePolicy } from "./route-policy.ts";
import type { Routes } from "./routes.ts";

/** Looks at the callers of incoming requests. */
export interface Inbound {
  /**
   * Validates the caller's token and notes the caller in the context; `undefined` when the route is anonymous and no token
   * came. A token that was validated before is known at once, and what it has to prove is proven again.
   *
   * Where the context has its caller already, from an authenticator that the policy takes, the policy alone is checked.
   *
   * @throws {CallerTokenError} when the token is missing, invalid, expired or too narrow
   * @throws {TokenUnreachableError} when what is needed to tell cannot be had
   */
  authenticate(context: RequestContext, policy?: RoutePolicy): Caller | undefined | Promise<Caller | undefined>;
}

/** What callers are looked at with. */
export interface InboundOptions {
  readonly routes: Routes;
  readonly recognize: Recognize;
  /** `undefined` where none is configured. */
  readonly devProxy: DevProxyStep | undefined;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

const nothingAsked: RoutePolicy = {};

function report({ wants, publish }: Diagnostics, look: Look, error?: unknown): void {
  const { context, startedAt, authenticator, remembered } = look;
  const accepted = error === undefined;
  if (!wants("behalf:inbound", !accepted)) return;
  const make = (instance: string): InboundRecord => ({
    instance,
    accepted,
    code: BehalfError.is(error) ? error.code : undefined,
    reason: error instanceof CallerTokenError ? error.reason : undefined,
    authenticator,
    remembered,
    durationMs: performance.now() - startedAt,
    messageId: context.messageId(),
  });
  publish("behalf:inbound", make, !accepted);
}

function letInAnonymous({ context, route }: Look): undefined {
  if (!route.anonymous) throw new CallerTokenError("missing");
  context.acceptAnonymous();
}

/** Creates the inbound side of one instance. */
export function createInbound({ routes, recognize, devProxy, diagnostics, now }: InboundOptions): Inbound {
  const look = (one: Look): Caller | undefined | Promise<Caller | undefined> => {
    const { context, route } = one;
    if (context.caller && route.accepts(context.caller.authenticator)) {
      route.guard?.check(context.caller, now());
      return context.caller;
    }
    if (devProxy?.applies(context)) {
      const given = devProxy.read(context, route);
      return given ? given.then((credential) => recognize(one, credential)) : letInAnonymous(one);
    }
    const credential = readCredential(context, route.authenticators.headers);
    return credential ? recognize(one, credential) : letInAnonymous(one);
  };

  const reportLater = async (one: Look, looking: Promise<Caller | undefined>): Promise<Caller | undefined> => {
    try {
      const caller = await looking;
      report(diagnostics, one);
      return caller;
    } catch (error) {
      report(diagnostics, one, error);
      throw error;
    }
  };

  return {
    authenticate(context, policy = nothingAsked) {
      const startedAt = performance.now();
      const one: Look = { context, route: routes.of(policy), startedAt, authenticator: undefined, remembered: false };
      try {
        const caller = look(one);
        if (caller instanceof Promise) return reportLater(one, caller);
        report(diagnostics, one);
        return caller;
      } catch (error) {
        report(diagnostics, one, error);
        throw error;
      }
    },
  };
}
