import type { ResolvedAuthenticator } from "../../config/resolved-inbound.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { Now } from "../../values/clock.ts";
import { checkAudience } from "../check-audience.ts";
import { checkHeader } from "../jwt/check-header.ts";
import { checkTimes } from "../jwt/check-times.ts";
import { isIdToken } from "../jwt/is-id-token.ts";
import { readJwt, type UnverifiedJwt } from "../jwt/read-jwt.ts";
import type { Members } from "../jwt/read-strict-json.ts";
import { verifySignature } from "../jwt/verify-signature.ts";
import { readConfirmation } from "../proofs/confirmation.ts";
import { toBareCaller } from "../to-bare-caller.ts";
import type { CredentialValidator } from "./credential-validator.ts";
import { createMayBeSignedBy, findIssuer, type IssuerRealm, isOfRealm } from "./issuer-realm.ts";

/** What tokens are validated against. */
export interface JwtValidatorOptions {
  readonly settings: ResolvedAuthenticator;
  readonly realms: readonly IssuerRealm[];
  readonly now: Now;
}

const profileClaims = ["sub", "client_id", "jti"] as const;

/** What RFC 9068 section 2.2 requires besides. */
function checkProfile(claims: Members): void {
  const complete = profileClaims.every((name) => typeof claims[name] === "string");
  if (!complete || claims.iat === undefined) throw new CallerTokenError("claims");
}

async function readIssuer(realm: IssuerRealm, claims: Members): Promise<string> {
  const issuer = await findIssuer(realm, claims);
  if (issuer === undefined) throw new CallerTokenError("issuer");
  return issuer;
}

const readText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/**
 * Creates the validator of JWT access tokens: an allow-list of algorithms, issuer, signature, audience, lifetime, and no other
 * kind of token. Nothing that is not verified decides over more than which of the configured issuers is looked at.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9068.html#section-4}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725.html#section-3}
 */
export function createJwtValidator({ settings, realms, now }: JwtValidatorOptions): CredentialValidator {
  const { algorithms, audience, clockToleranceMs, profile } = settings;
  const maxLifeMs = settings.maxLifeMs;

  const checkClaims = (claims: Members): ReturnType<typeof checkTimes> & { readonly expiresAt: number } => {
    checkAudience(claims.aud, audience);
    const { expiresAt, issuedAt } = checkTimes(claims, { clockToleranceMs, maxLifeMs, at: now() });
    if (expiresAt === undefined) throw new CallerTokenError("claims");
    if (claims.sub !== undefined && typeof claims.sub !== "string") throw new CallerTokenError("claims");
    if (isIdToken(claims)) throw new CallerTokenError("idToken");
    if (profile === "rfc9068") checkProfile(claims);
    return { expiresAt, issuedAt };
  };

  const findRealm = ({ claims }: UnverifiedJwt): IssuerRealm => {
    const realm = realms.find((candidate) => isOfRealm(candidate, claims.iss));
    if (!realm) throw new CallerTokenError("issuer");
    return realm;
  };

  return {
    async validate(token) {
      const jwt = readJwt(token);
      const { header, claims } = jwt;
      checkHeader(header, settings);
      const realm = findRealm(jwt);
      const issuer = await readIssuer(realm, claims);
      const key = await verifySignature(token, header, {
        keys: realm.keys,
        algorithms,
        mayBeSignedBy: createMayBeSignedBy(issuer, claims.tid),
      });
      const { expiresAt, issuedAt } = checkClaims(claims);
      const { name: authenticator } = settings;
      const tenant = realm.tenant ?? (realm.issuerTemplate === undefined ? undefined : readText(claims.tid));
      return {
        caller: toBareCaller(claims, { token, authenticator, issuer, tenant, expiresAt }),
        confirmation: readConfirmation(claims),
        issuedAt,
        sessionId: readText(claims.sid),
        usableUntil: expiresAt,
        key,
      };
    },
  };
}
