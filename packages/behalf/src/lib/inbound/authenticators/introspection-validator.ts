import { LRUCache } from "lru-cache";
import type { ResolvedAuthenticator } from "../../config/resolved-inbound.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import { createSingleFlight } from "../../values/single-flight.ts";
import { checkAudience } from "../check-audience.ts";
import { checkTimes } from "../jwt/check-times.ts";
import type { Members } from "../jwt/read-strict-json.ts";
import { readConfirmation } from "../proofs/confirmation.ts";
import { toBareCaller } from "../to-bare-caller.ts";
import type { CredentialValidator, Validated, ValidationSurroundings } from "./credential-validator.ts";
import { type Introspect, type IntrospectionRestraint, restrainIntrospection } from "./restrained-introspection.ts";

/** What tokens are validated with. */
export interface IntrospectionValidatorOptions {
  readonly settings: ResolvedAuthenticator;
  /** The issuer, as configured: the token's where the answer names none. */
  readonly authority: string;
  readonly introspect: Introspect;
  readonly restraint: IntrospectionRestraint;
  readonly now: Now;
}

const mostRefused = 10_000;
const refusedForMs = 10_000;
const longestToken = 32 * 1024;

const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const withoutSlash = (text: string): string => text.replace(/\/$/, "");

const otherKinds: ReadonlySet<unknown> = new Set(["refresh_token", "id_token", "refresh", "id"]);

/** Some servers answer for refresh tokens as well: such a token opens no API. */
const isOtherKind = ({ token_type, token_use, typ }: Members): boolean =>
  otherKinds.has(token_type) || otherKinds.has(token_use) || typ === "Refresh" || typ === "Offline" || typ === "ID";

function readIssuer({ iss }: Members, { settings: { issuers }, authority }: IntrospectionValidatorOptions): string {
  if (iss === undefined) return issuers[0] ?? withoutSlash(authority);
  if (typeof iss !== "string") throw new CallerTokenError("issuer");
  const known = issuers.length > 0 ? issuers.includes(iss) : withoutSlash(iss) === withoutSlash(authority);
  if (!known) throw new CallerTokenError("issuer");
  return iss;
}

/** What the issuer said of an active token, and when it was asked. */
interface Answer {
  readonly claims: Members;
  readonly askedAt: number;
}

/** Judges what the issuer says of an active token. */
function judge(token: ActorToken, { claims, askedAt }: Answer, options: IntrospectionValidatorOptions): Validated {
  const { settings, now } = options;
  const { audience, clockToleranceMs, keepMs, maxLifeMs, name: authenticator } = settings;
  const at = now();
  const issuer = readIssuer(claims, options);
  checkAudience(claims.aud, audience);
  if (isOtherKind(claims)) throw new CallerTokenError("typ");
  const confirmation = readConfirmation(claims);
  // A server that calls a token DPoP-bound says to which key (RFC 9449 section 6.2).
  if (confirmation?.jkt === undefined && readText(claims.token_type)?.toLowerCase() === "dpop")
    throw new CallerTokenError("binding", { scheme: "DPoP" });
  const { expiresAt, issuedAt } = checkTimes(claims, { clockToleranceMs, maxLifeMs, at });
  const usableUntil = Math.min(expiresAt ?? Number.POSITIVE_INFINITY, at + keepMs);
  const origin = { token, authenticator, issuer, tenant: undefined, expiresAt: expiresAt ?? usableUntil };
  return {
    caller: toBareCaller(claims, origin),
    confirmation,
    // A token that does not say when it was issued was good when its issuer was asked; what was evicted since is not.
    issuedAt: issuedAt ?? askedAt,
    sessionId: readText(claims.sid),
    usableUntil,
    key: undefined,
  };
}

/** That a token was refused, without the stack of an error: thousands of them are kept. */
interface Refusal extends Pick<CallerTokenError, "reason" | "scheme"> {
  readonly until: number;
}

/**
 * Creates the validator of tokens that their issuer is asked about (RFC 7662). An answer is used for `keepMs`, and not past the
 * token's end; that a token is not active, or is not for this API, is remembered for ten seconds. All who show the same token
 * wait for one question.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662.html#section-4}
 */
export function createIntrospectionValidator(options: IntrospectionValidatorOptions): CredentialValidator {
  const { now } = options;
  const introspect = restrainIntrospection(options, now);
  const questions = createSingleFlight<Validated>();
  const refusals = new LRUCache<string, Refusal>({ max: mostRefused });

  const ask = async (token: ActorToken, asking: Omit<ValidationSurroundings, "header">): Promise<Validated> => {
    const askedAt = now();
    const claims = await introspect(token, asking);
    try {
      if (!claims) throw new CallerTokenError("inactive");
      return judge(token, { claims, askedAt }, options);
    } catch (error) {
      // A token whose time is to come is not refused for longer than that.
      if (error instanceof CallerTokenError && error.reason !== "notYetValid")
        refusals.set(token.digest(), { reason: error.reason, scheme: error.scheme, until: now() + refusedForMs });
      throw error;
    }
  };

  return {
    async validate(token, { origin, signal }) {
      if (token.value().length > longestToken) throw new CallerTokenError("tooLong");
      const key = token.digest();
      const refusal = refusals.get(key);
      if (refusal && now() < refusal.until) throw new CallerTokenError(refusal.reason, { scheme: refusal.scheme });
      const start = (ending: AbortSignal): Promise<Validated> => ask(token, { origin, signal: ending });
      return (await questions.join(key, start, signal)).value;
    },
  };
}
