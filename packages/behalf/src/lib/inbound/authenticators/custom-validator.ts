import type { AuthenticateCaller, AuthenticatedParty } from "../../config/inbound-options.ts";
import type { ResolvedAuthenticator } from "../../config/resolved-inbound.ts";
import { CallerTokenError } from "../../errors/caller-token-error.ts";
import type { Now } from "../../values/clock.ts";
import { MultiStringValue } from "../../values/multi-string-value.ts";
import { callProgram } from "../call-program.ts";
import { freezeDeeply } from "../freeze-deeply.ts";
import type { CredentialValidator, Validated } from "./credential-validator.ts";

/** What credentials are validated with. */
export interface CustomValidatorOptions {
  readonly settings: ResolvedAuthenticator;
  readonly authenticate: AuthenticateCaller;
  readonly now: Now;
}

function toValidated(party: AuthenticatedParty, { settings, now }: CustomValidatorOptions, askedAt: number): Validated {
  const { name: authenticator, keepMs } = settings;
  const { subject, client, scopes, claims = {}, expiresAt, accessToken } = party;
  const end = expiresAt?.getTime() ?? now() + keepMs;
  if (!(end > now())) throw new CallerTokenError("expired");
  const caller = Object.freeze({
    token: accessToken,
    authenticator,
    issuer: authenticator,
    tenant: undefined,
    subject,
    client,
    scopes: MultiStringValue.from(scopes),
    expiresAt: end,
    claims: freezeDeeply(structuredClone(claims)),
  });
  const usableUntil = Math.min(end, now() + keepMs);
  return { caller, confirmation: undefined, issuedAt: askedAt, sessionId: undefined, usableUntil, key: undefined };
}

/**
 * Creates the validator that a program brings, for API keys and the like. The credential itself is no token: without an `accessToken`, nothing is exchanged on behalf of the caller.
 */
export function createCustomValidator(options: CustomValidatorOptions): CredentialValidator {
  return {
    async validate(credential, { header, signal }) {
      // An eviction while the program is asked is later than what it says.
      const askedAt = options.now();
      const ask = (): ReturnType<AuthenticateCaller> => options.authenticate({ credential, header, signal });
      const party = await callProgram(`${options.settings.configPath}.authenticate`, ask, signal);
      if (!party) throw new CallerTokenError("inactive");
      return toValidated(party, options, askedAt);
    },
  };
}
