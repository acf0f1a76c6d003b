import { CallerTokenError } from "../../errors/caller-token-error.ts";
import { ActorToken } from "../../values/actor-token.ts";
import type { Now } from "../../values/clock.ts";
import { digest } from "../../values/digest.ts";
import type { MultiStringValue } from "../../values/multi-string-value.ts";
import { createMayBeSignedBy, findIssuer, type IssuerRealm } from "../authenticators/issuer-realm.ts";
import { checkAudience } from "../check-audience.ts";
import { checkHeader } from "../jwt/check-header.ts";
import { checkTimes } from "../jwt/check-times.ts";
import { readJwt } from "../jwt/read-jwt.ts";
import type { Members } from "../jwt/read-strict-json.ts";
import { verifySignature } from "../jwt/verify-signature.ts";
import type { ReplayStore } from "../proofs/possession.ts";

/** What logout tokens are read with. */
export interface LogoutTokenRules {
  /** Who may send them, and with which keys. */
  readonly realm: IssuerRealm;
  readonly audience: MultiStringValue;
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly now: Now;
  /** Remembers which tokens were used. */
  readonly replays: ReplayStore;
}

/** What has ended: a session, or all sessions of a subject. One of them is there. */
export interface EndedSession {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly sessionId: string | undefined;
}

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";
const oldestMs = 300_000;
const types: ReadonlySet<string> = new Set(["logout+jwt", "application/logout+jwt", "jwt", "application/jwt"]);

function checkType(typ: unknown): void {
  if (typ !== undefined && !(typeof typ === "string" && types.has(typ.toLowerCase())))
    throw new CallerTokenError("typ");
}

function readText(value: unknown): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw new CallerTokenError("claims");
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function checkEvents(events: unknown): void {
  const holds = isObject(events) && Object.hasOwn(events, logoutEvent) && isObject(Reflect.get(events, logoutEvent));
  if (!holds) throw new CallerTokenError("claims");
}

/** Checks the times, and gives until when the token could be used again. */
function readReplayEnd(claims: Members, { clockToleranceMs, now }: LogoutTokenRules): number {
  const at = now();
  const { issuedAt } = checkTimes(claims, { clockToleranceMs, maxLifeMs: undefined, at });
  if (issuedAt === undefined) throw new CallerTokenError("claims");
  const until = issuedAt + oldestMs + clockToleranceMs;
  if (at >= until) throw new CallerTokenError("expired");
  return until;
}

function readEnded(claims: Members, issuer: string): EndedSession {
  const subject = readText(claims.sub);
  const sessionId = readText(claims.sid);
  if (subject === undefined && sessionId === undefined) throw new CallerTokenError("claims");
  return { issuer, subject, sessionId };
}

function readToken(text: unknown): ActorToken {
  if (text === undefined || text === "") throw new CallerTokenError("missing");
  if (typeof text !== "string" || !/^[\w.-]+$/.test(text)) throw new CallerTokenError("malformed");
  return new ActorToken(text);
}

/**
 * Reads what an authorization server says in the form parameter `logout_token`. A token is good once, for five minutes.
 *
 * It says little to tell it from other tokens of the issuer: the event, no nonce, and no other `typ`.
 *
 * @throws {CallerTokenError} with the reason, when the token is not valid
 * @throws {TokenUnreachableError} when the signing keys cannot be had
 * @see {@link https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation}
 */
export async function readLogoutToken(text: unknown, rules: LogoutTokenRules): Promise<EndedSession> {
  const { realm, audience, algorithms, replays } = rules;
  const token = readToken(text);
  const { header, claims } = readJwt(token);
  const { typ, ...untyped } = header;
  checkHeader(untyped, { algorithms, profile: "any" });
  checkType(typ);
  const issuer = await findIssuer(realm, claims);
  if (issuer === undefined) throw new CallerTokenError("issuer");
  const mayBeSignedBy = createMayBeSignedBy(issuer, claims.tid);
  await verifySignature(token, header, { keys: realm.keys, algorithms, mayBeSignedBy });
  checkAudience(claims.aud, audience);
  const until = readReplayEnd(claims, rules);
  checkEvents(claims.events);
  if (Object.hasOwn(claims, "nonce")) throw new CallerTokenError("claims");
  const ended = readEnded(claims, issuer);
  const jti = readText(claims.jti);
  if (jti === undefined) throw new CallerTokenError("claims");
  const fresh = await replays.claim(digest(`logout ${issuer.length}:${issuer}${jti}`), until, issuer);
  if (!fresh) throw new CallerTokenError("replay");
  return ended;
}
