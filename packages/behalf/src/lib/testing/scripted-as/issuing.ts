import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { json, OAuthError, type SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import type { AuthenticationRules } from "./authentication/attempt.ts";
import { authenticateClient } from "./authentication/authenticate-client.ts";
import type { Authenticated } from "./authentication/secret.ts";
import type { Claims } from "./claims.ts";
import { type ProofRules, readProofKey } from "./dpop.ts";
import type { Granted, GrantRequest } from "./grants/granted.ts";
import { decideGrant } from "./grants.ts";
import type { KnownTokens } from "./known-tokens.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
import type { SigningChoice, SigningKeys } from "./signing-keys.ts";
import type { TrustedToken } from "./trusted-tokens.ts";

/** The claims of a token to mint: `iss`, `iat`, `exp` and `jti` are added unless given; `undefined` leaves one out. */
export interface MintedClaims extends Claims {
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
}

/** What it takes to issue tokens. */
export interface Issuing extends AuthenticationRules, ProofRules {
  readonly keys: SigningKeys;
  readonly lifeSeconds: number;
  readonly refreshTokens: RefreshTokens;
  readonly tokens: KnownTokens;
  readonly signsIntrospection: boolean;
  readonly signsUserInfo: boolean;
  readonly verifyTrusted: (token: string) => Promise<TrustedToken>;
}

/** What a token is bound to (RFC 7800). */
type Confirmation = Readonly<Record<string, string>>;

/** The parameters that may come more than once (RFC 8707 section 2, RFC 8693 section 2.1). */
const repeatable: readonly string[] = ["audience", "resource"];

/** Adds what every token says. */
export function toPayload({ issuer, lifeSeconds, now }: Issuing, claims: Claims): Claims {
  const iat = Math.floor(now() / 1000);
  return { iss: issuer, aud: issuer, iat, exp: iat + lifeSeconds, jti: randomUUID(), ...claims };
}

export function issueToken(issuing: Issuing, claims: Claims, choice?: SigningChoice): Promise<string> {
  return issuing.keys.sign(toPayload(issuing, claims), choice);
}

export function checkForm({ form, headers }: AsRequest): void {
  if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    throw new OAuthError("invalid_request", "The body must be a form");
  }
  const repeated = [...form.keys()].find((name) => !repeatable.includes(name) && form.getAll(name).length > 1);
  if (repeated !== undefined) throw new OAuthError("invalid_request", `"${repeated}" comes more than once`);
}

/** RFC 6749 section 4.4: client credentials are for confidential clients only. */
function checkConfidential({ method }: Authenticated, { form }: AsRequest): void {
  if (method !== "none" || form.get("grant_type") !== "client_credentials") return;
  throw new OAuthError("unauthorized_client", "A public client has no credentials");
}

function bind({ client }: Authenticated, { certificate, presented }: AsRequest, jkt?: string): Confirmation {
  if (client.dpopBound && !presented.proof) throw new OAuthError("invalid_request", "A DPoP proof is required");
  if (client.certificateBound && !certificate) throw new OAuthError("invalid_request", "A certificate is required");
  return {
    ...(jkt === undefined ? {} : { jkt }),
    ...(client.certificateBound && certificate ? { "x5t#S256": certificate.thumbprint } : {}),
  };
}

function toTokenType({ notAccessToken }: Granted, confirmation: Confirmation): string {
  if (notAccessToken) return "N_A";
  return "jkt" in confirmation ? "DPoP" : "Bearer";
}

function signGranted(issuing: Issuing, granted: Granted, confirmation: Confirmation): Promise<string> {
  const { claims, typ, lifeSeconds, notAccessToken } = granted;
  const bound = !notAccessToken && Object.keys(confirmation).length > 0;
  return issueToken(
    { ...issuing, lifeSeconds: lifeSeconds ?? issuing.lifeSeconds },
    { ...claims, ...(bound ? { cnf: confirmation } : {}) },
    typ === undefined ? {} : { typ },
  );
}

async function toTokenResponse(issuing: Issuing, granted: Granted, confirmation: Confirmation): Promise<SentAnswer> {
  return json({
    access_token: granted.token ?? (await signGranted(issuing, granted, confirmation)),
    token_type: toTokenType(granted, confirmation),
    expires_in: granted.lifeSeconds ?? issuing.lifeSeconds,
    scope: granted.claims.scope,
    authorization_details: granted.claims.authorization_details,
    ...granted.members,
  });
}

function toGrantRequest(issuing: Issuing, { client }: Authenticated, { form }: AsRequest): GrantRequest {
  const { issuer, tokenEndpoint, refreshTokens, verifyTrusted } = issuing;
  const verify = (token: string): Promise<JWTPayload> => issuing.keys.verify(token, new Date(issuing.now()));
  return { client, form, issuer, tokenEndpoint, refreshTokens, verifyTrusted, verify };
}

async function grantToken(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  checkForm(request);
  const authenticated = await authenticateClient({ ...issuing, request });
  checkConfidential(authenticated, request);
  const proven = await readProofKey(request, issuing);
  const jkt = issuing.dpop.downgrades ? undefined : proven;
  const confirmation = bind(authenticated, request, jkt);
  const asked = toGrantRequest(issuing, authenticated, request);
  const granted = await decideGrant(proven === undefined ? asked : { ...asked, jkt: proven });
  return toTokenResponse(issuing, granted, confirmation);
}

async function judge(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  try {
    return await grantToken(issuing, request);
  } catch (error) {
    if (error instanceof OAuthError) return error.toAnswer();
    throw error;
  }
}

/** Answers a request to the token endpoint. */
export async function answerToken(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  if (request.method !== "POST") return json({ error: "invalid_request" }, 405, { allow: "POST" });
  const answer = await judge(issuing, request);
  const nonce = issuing.dpop.next();
  return nonce === undefined ? answer : { ...answer, headers: { ...answer.headers, "dpop-nonce": nonce } };
}
