import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { ResolvedInbound } from "../config/resolved.ts";
import { BehalfError } from "../errors/behalf-error.ts";
import { CallerTokenError } from "../errors/caller-token-error.ts";
import { reduceCause } from "../errors/reduce-cause.ts";
import { TokenUnreachableError } from "../errors/token-unreachable-error.ts";
import type { MetadataSource } from "../oauth/metadata-source.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { Caller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import { MultiStringValue } from "../values/multi-string-value.ts";
import { freezeDeeply } from "./freeze-deeply.ts";
import { fillIssuerTemplate, isIssuerTemplate } from "./issuer-template.ts";
import { translateJoseError } from "./translate-jose-error.ts";

/** What tokens are validated against. */
export interface JwtAuthenticatorOptions {
  readonly inbound: ResolvedInbound;
  readonly metadata: MetadataSource;
  readonly keys: JWTVerifyGetKey;
  readonly now: Now;
}

/** Validates a token. */
export type Authenticator = (token: ActorToken) => Promise<Caller>;

const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readScopes({ scope, scp }: JWTPayload): MultiStringValue {
  const given = scope ?? scp;
  if (typeof given === "string") return MultiStringValue.from(given);
  return MultiStringValue.from(Array.isArray(given) ? given.filter((item) => typeof item === "string") : []);
}

function toCaller(token: ActorToken, claims: JWTPayload & { exp: number }, issuer: string): Caller {
  return Object.freeze({
    token,
    issuer,
    subject: readText(claims.sub),
    client: readText(claims.client_id ?? claims.azp ?? claims.cid ?? claims.appid),
    scopes: readScopes(claims),
    expiresAt: claims.exp * 1000,
    claims: freezeDeeply(claims),
  });
}

/** The issuer of one tenant: the template filled by the token's own claim. The signature was verified before. */
function readTenantIssuer(template: string, claims: JWTPayload): string {
  const issuer = fillIssuerTemplate(template, claims);
  if (issuer === undefined || claims.iss !== issuer) throw new CallerTokenError("issuer");
  return issuer;
}

/**
 * Creates the authenticator of JWT bearer tokens: signature, issuer, audience, lifetime, and an allow-list of algorithms.
 *
 * @throws {CallerTokenError} with the reason, when the token is not valid
 * @throws {TokenUnreachableError} when the signing keys cannot be had
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068.html#section-4}
 */
export function createJwtAuthenticator({ inbound, metadata, keys, now }: JwtAuthenticatorOptions): Authenticator {
  return async (token) => {
    try {
      const issuer = inbound.issuer ?? (await metadata.get("-")).issuer;
      const manyTenants = isIssuerTemplate(issuer);
      const { payload } = await jwtVerify(token.value(), keys, {
        ...(manyTenants ? {} : { issuer }),
        audience: [...inbound.audience],
        algorithms: [...inbound.algorithms],
        clockTolerance: inbound.clockToleranceMs / 1000,
        currentDate: new Date(now()),
        requiredClaims: ["exp"],
      });
      const claims = { ...payload, exp: payload.exp ?? 0 };
      return toCaller(token, claims, manyTenants ? readTenantIssuer(issuer, payload) : issuer);
    } catch (error) {
      if (BehalfError.is(error)) throw error;
      const verdict = translateJoseError(error);
      if (verdict) throw verdict;
      throw new TokenUnreachableError({
        code: "BEHALF_TOKEN_UNREACHABLE",
        url: metadata.authority,
        client: "-",
        cause: reduceCause(error),
      });
    }
  };
}
