import { decodeJwt, type JWTPayload } from "jose";
import { isDelegatedGrant } from "../values/delegated-grant.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import type { IssuedToken, TokenDeviation, TokenRequest } from "./token-request.ts";
import { isIssuer } from "./token-types.ts";

type Claims = Readonly<JWTPayload>;

/** What is compared with what. */
interface Judged {
  readonly claims: Claims | undefined;
  readonly issued: IssuedToken;
  readonly request: TokenRequest;
  /** Of the server that issued the token. */
  readonly issuer: string;
}

type Judge = (judged: Judged) => boolean;

const toleranceMs = 5_000;

/** The scopes of OpenID Connect, which servers add by themselves: they are about identity, and open no API. */
const identityScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "address", "phone"]);

function readClaims(token: string): Claims | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function readStrings(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
  return typeof value === "string" ? [value] : [];
}

/**
 * One of the audiences must be one that was asked for, and none may be anybody else: at each of them the token can be used,
 * and each can use it at the others. The server itself, with its
 * userinfo endpoint, and this API could use it anyway.
 */
const otherAudience: Judge = ({ claims, request: { audience, resource, credentials }, issuer }) => {
  const asked = new Set<unknown>([...audience, ...resource]);
  if (!claims || asked.size === 0) return false;
  const { aud } = claims;
  const userinfo = `${issuer.replace(/\/$/, "")}/userinfo`;
  const given: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isNobodyElse = (item: unknown): boolean =>
    asked.has(item) || item === credentials.clientId || isIssuer(item, issuer) || isIssuer(item, userinfo);
  return !given.some((item) => asked.has(item)) || !given.every(isNobodyElse);
};

/** A scope may have been asked for by its full name (`api://orders/read`) and be granted by its last part. */
const moreScopes: Judge = ({ claims, issued, request: { scope } }) => {
  const asked = [...scope];
  if (asked.length === 0 || asked.some((item) => item.endsWith("/.default"))) return false;
  const granted = [issued.scope ?? [], ...[claims?.scope, claims?.scp].map((claim) => readStrings(claim).join(" "))];
  return granted
    .flatMap((scopes) => [...MultiStringValue.from(scopes)])
    .some((item) => !identityScopes.has(item) && !asked.some((one) => one === item || one.endsWith(`/${item}`)));
};

/** The assertion of a JWT bearer grant is used once, at once: its life says nothing of the token's. */
const longerLife: Judge = ({ claims, request: { grantType, subject } }) => {
  const end = grantType === "jwtBearer" ? undefined : subject?.token.expiresAt();
  return end !== undefined && typeof claims?.exp === "number" && claims.exp * 1000 > end + toleranceMs;
};

const otherActor: Judge = ({ claims, request: { actor } }) => {
  if (!claims || !actor) return false;
  const { act } = claims;
  if (typeof act !== "object" || act === null) return true;
  const expected = readClaims(actor.token.value())?.sub;
  return typeof expected === "string" && !("sub" in act && act.sub === expected);
};

const judges: Readonly<Record<TokenDeviation, Judge>> = {
  audience: otherAudience,
  scope: moreScopes,
  expiry: longerLife,
  actor: otherActor,
};

const deviations: readonly TokenDeviation[] = ["audience", "scope", "expiry", "actor"];

/**
 * Lists in what a token that acts on behalf of somebody is not what was asked for.
 *
 * It reads the claims of a JWT without verifying them: they can tell of a mistake, never prove that there is none. Of any
 * other token it knows the scopes alone that came with it.
 */
export function findDeviations(issued: IssuedToken, request: TokenRequest, issuer: string): readonly TokenDeviation[] {
  if (request.audienceGuard === "off" || !isDelegatedGrant(request.grantType)) return [];
  const claims = issued.token.isJwt ? readClaims(issued.token.value()) : undefined;
  return deviations.filter((name) => judges[name]({ claims, issued, request, issuer }));
}
