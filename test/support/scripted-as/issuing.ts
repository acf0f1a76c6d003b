import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { json, OAuthError, type SentAnswer } from "./answer.ts";
import type { AsRequest } from "./as-request.ts";
import { authenticateClient, type ScriptedClient } from "./clients.ts";
import { decideGrant } from "./grants.ts";
import type { SigningChoice, SigningKeys } from "./signing-keys.ts";

/** The claims of a token to mint: `iss`, `iat`, `exp` and `jti` are added unless given; `undefined` leaves one out. */
export interface MintedClaims extends Readonly<Record<string, unknown>> {
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
}

/** What it takes to issue tokens. */
export interface Issuing {
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly now: () => number;
  readonly lifeSeconds: number;
  readonly clients: readonly ScriptedClient[];
}

export function issueToken(issuing: Issuing, claims: MintedClaims, choice?: SigningChoice): Promise<string> {
  const iat = Math.floor(issuing.now() / 1000);
  const usual = { iss: issuing.issuer, aud: issuing.issuer, iat, exp: iat + issuing.lifeSeconds, jti: randomUUID() };
  return issuing.keys.sign({ ...usual, ...claims } as JWTPayload, choice);
}

async function grantToken(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  const { claims, members } = await decideGrant({
    client: authenticateClient(issuing.clients, request),
    form: request.form,
    verify: (token) => issuing.keys.verify(token, new Date(issuing.now())),
  });
  return json({
    access_token: await issueToken(issuing, claims),
    token_type: "Bearer",
    expires_in: issuing.lifeSeconds,
    scope: claims.scope,
    ...members,
  });
}

/** Answers a request to the token endpoint. */
export async function answerToken(issuing: Issuing, request: AsRequest): Promise<SentAnswer> {
  if (request.method !== "POST") return json({ error: "invalid_request" }, 405, { allow: "POST" });
  try {
    return await grantToken(issuing, request);
  } catch (error) {
    if (error instanceof OAuthError) return error.toAnswer();
    throw error;
  }
}
