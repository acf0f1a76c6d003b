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
import type { CredentialValidator, Validated } from "./credential-validator.ts";

/** Asks the issuer about a token; `undefined` when it is not active. */
export type Introspect = (token: ActorToken, signal: AbortSignal) => Promise<Members | undefined>;

/** What tokens are validated with. */
export interface IntrospectionValidatorOptions {
  readonly settings: ResolvedAuthenticator;
  /** The issuer, as configured: the token's where the answer names none. */
  readonly authority: string;
  readonly introspect: Introspect;
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

/** Judges what the issuer says of an active token. */
function judge(token: ActorToken, claims: Members, options: IntrospectionValidatorOptions): Validated {
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
    // The issuer has just been asked: a token that does not say when it was issued was good at this time.
    issuedAt: issuedAt ?? at,
    sessionId: readText(claims.sid),
    usableUntil,
    key: undefined,
  };
}

/**
 * Creates the validator of tokens that their issuer is asked about (RFC 7662). An answer is used for `keepMs`, and not past the
 * token's end; that a token is not active is remembered for ten seconds. All who show the same token wait for one question.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662.html#section-4}
 */
export function createIntrospectionValidator(options: IntrospectionValidatorOptions): CredentialValidator {
  const { introspect, now } = options;
  const questions = createSingleFlight<Validated>();
  const refusedUntil = new LRUCache<string, number>({ max: mostRefused });

  const ask = async (token: ActorToken, signal: AbortSignal): Promise<Validated> => {
    const claims = await introspect(token, signal);
    if (claims) return judge(token, claims, options);
    refusedUntil.set(token.digest(), now() + refusedForMs);
    throw new CallerTokenError("inactive");
  };

  return {
    async validate(token, { signal }) {
      if (token.value().length > longestToken) throw new CallerTokenError("tooLong");
      const key = token.digest();
      if (now() < (refusedUntil.get(key) ?? 0)) throw new CallerTokenError("inactive");
      return (await questions.join(key, (ending) => ask(token, ending), signal)).value;
    },
  };
}
