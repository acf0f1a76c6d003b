import type { ResolvedIdentity } from "../../config/resolved-inbound.ts";
import { BehalfError } from "../../errors/behalf-error.ts";
import { ConfigurationError } from "../../errors/configuration-error.ts";
import type { BareCaller, Caller } from "../../values/caller.ts";
import type { Now } from "../../values/clock.ts";
import { Principal, type PrincipalParts } from "../../values/principal.ts";
import { callProgram } from "../call-program.ts";
import { freezeDeeply } from "../freeze-deeply.ts";
import type { Members } from "../jwt/read-strict-json.ts";
import type { RememberedCaller } from "../remember-validated.ts";

/** Asks the issuer who a caller is: the claims of its userinfo endpoint. */
export type RequestUserInfo = (caller: BareCaller) => Promise<Members>;

/** What callers are identified with. */
export interface IdentityOptions {
  readonly settings: Pick<ResolvedIdentity, "source" | "transformations" | "keepMs">;
  readonly requestUserInfo: RequestUserInfo;
  readonly isSystem: (caller: BareCaller) => boolean;
  /** Told why userinfo could not be had. The request goes on. */
  readonly onUserInfoMissing: (code: string) => void;
  readonly now: Now;
}

/** Tells who callers are to the application. */
export interface Identity {
  /** Gives the caller with its principal; at once, while what was found before may be used. */
  identify(remembered: RememberedCaller): Caller | Promise<Caller>;
}

/** What a token alone says: who acts, to what end, and how it came about. */
const ofTokens: ReadonlySet<string> = new Set(
  "iss aud exp nbf iat jti scope scp cnf act may_act acr amr auth_time client_id azp sid".split(" "),
);

/** How long the token's own claims are used, where userinfo could not be had. */
const retryAfterMs = 5_000;

const toCode = (error: unknown): string => (BehalfError.is(error) ? error.code : "unknown");

function toParts(caller: BareCaller, isSystem: IdentityOptions["isSystem"]): PrincipalParts {
  const { claims, subject, scopes } = caller;
  return { claims, subject, scopes, isSystem: isSystem(caller), source: "token" };
}

/** What the token says wins: userinfo adds to it. */
async function askUserInfo(caller: BareCaller, options: IdentityOptions): Promise<PrincipalParts> {
  const parts = toParts(caller, options.isSystem);
  if (options.settings.source === "token" || parts.isSystem || !caller.token) return parts;
  try {
    const found = Object.entries(await options.requestUserInfo(caller)).filter(([name]) => !ofTokens.has(name));
    return { ...parts, claims: freezeDeeply({ ...Object.fromEntries(found), ...caller.claims }), source: "userInfo" };
  } catch (error) {
    options.onUserInfoMissing(toCode(error));
    return parts;
  }
}

function keep(remembered: RememberedCaller, principal: Principal, until: number | undefined): Caller {
  const caller: Caller = Object.freeze({ ...remembered.validated.caller, principal });
  remembered.caller = caller;
  remembered.identityEndsAt = until;
  return caller;
}

/** A transformation that forgets to give a principal lets nobody in. */
function assertPrincipal(path: string, given: unknown): Principal {
  if (given instanceof Principal) return given;
  const fix = "Give a principal back: the one that it was given, or what its withClaims gives.";
  throw new ConfigurationError([{ path, given: "a function that gave no principal", fix }]);
}

async function identifyAnew(remembered: RememberedCaller, options: IdentityOptions): Promise<Caller> {
  const { source, transformations, keepMs } = options.settings;
  const { caller } = remembered.validated;
  const parts = await askUserInfo(caller, options);
  let principal = new Principal(parts);
  for (const [index, transform] of transformations.entries()) {
    const present = principal;
    const path = `inbound.identity.transformations.${index}`;
    principal = assertPrincipal(path, await callProgram(path, () => transform(present, caller)));
  }
  const missing = source === "userInfo" && parts.source === "token" && !parts.isSystem;
  return keep(remembered, principal, options.now() + (missing ? Math.min(keepMs, retryAfterMs) : keepMs));
}

/** Creates what tells who callers are: by their token, by userinfo, and by the program's transformations, in this order. */
export function createIdentity(options: IdentityOptions): Identity {
  const { settings, isSystem, now } = options;
  const running = new WeakMap<RememberedCaller, Promise<Caller>>();
  const immediate = settings.source === "token" && settings.transformations.length === 0;

  return {
    identify(remembered) {
      const { caller, identityEndsAt } = remembered;
      if (caller && (identityEndsAt === undefined || now() < identityEndsAt)) return caller;
      if (immediate) {
        const principal = new Principal(toParts(remembered.validated.caller, isSystem));
        return keep(remembered, principal, undefined);
      }
      const current = running.get(remembered);
      if (current) return current;
      const started = identifyAnew(remembered, options).finally(() => running.delete(remembered));
      running.set(remembered, started);
      return started;
    },
  };
}
