import { z } from "zod";
import { ownedHeaders } from "../../values/owned-headers.ts";
import { findKeyFault } from "../check-pinned-key.ts";
import type { CheckedAuthenticator } from "../checked-inbound.ts";
import type { AuthenticateCaller } from "../inbound-options.ts";
import type { StringList } from "../options.ts";
import { authShape } from "./auth.ts";
import { headerName } from "./header-name.ts";
import { flag, functionOf, list, milliseconds, oneOf, optional, text } from "./parts.ts";

const algorithmFix = "Give asymmetric algorithms such as RS256 or ES256.";
const algorithm = z
  .string({ error: algorithmFix })
  .refine((name) => !/^(none|HS\d+)$/i.test(name), { error: algorithmFix });

/** The algorithms of signatures that anybody can verify. */
export const algorithms: z.ZodType<readonly string[]> = z
  .array(algorithm, { error: algorithmFix })
  .min(1, { error: "Give at least one algorithm." });

const issuerFix = 'Give the issuer as it stands in tokens: a URL, such as "https://login.example.com".';
const isIssuer = (value: string): boolean =>
  !/\s/.test(value) && URL.canParse(value.replaceAll("{tenantid}", "00000000-0000-0000-0000-000000000000"));
const issuer = text(issuerFix).refine(isIssuer, { error: issuerFix });

const ownedFix = `Give a header that is free: ${[...ownedHeaders].filter((name) => name !== "authorization").join(", ")} are not.`;
const isFree = (name: string): boolean =>
  name.toLowerCase() === "authorization" || !ownedHeaders.has(name.toLowerCase());
const headersFix = "Give names of headers: a list, or a text with spaces between them.";
const isHeaderName = (name: string): boolean => headerName.safeParse(name).success;
const splitHeaders = (given: string): readonly string[] => given.trim().split(/\s+/);

const headers = text(headersFix)
  .refine((given) => splitHeaders(given).every(isHeaderName), { error: headersFix })
  .refine((given) => splitHeaders(given).every(isFree), { error: ownedFix });

const authorizationHeader: z.ZodType<StringList> = z.union([headers, z.array(headers).min(1, { error: headersFix })]);

const toleranceFix = "Give a whole number of milliseconds, 0 or more.";

const keySetFix = 'Give a set of public keys: { "keys": [ … ] } (RFC 7517 section 5).';
const key = z.record(z.string(), z.unknown(), { error: "Give a public key as a JWK." }).superRefine((jwk, context) => {
  const message = findKeyFault(jwk);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const prefixFix = "Give what the tokens begin with: visible characters, without blanks.";

/** What every authenticator can say, `inbound` itself too, kept complete by the compiler. */
export const authenticatorShape: {
  readonly [name in keyof CheckedAuthenticator]-?: z.ZodExactOptional<
    z.ZodType<NonNullable<CheckedAuthenticator[name]>>
  >;
} = {
  type: optional(oneOf(["jwt", "introspection", "sidecar", "custom"])),
  audience: optional(list("Name the audience that this API's callers' tokens must have; there is no default.")),
  issuer: optional(z.union([issuer, z.array(issuer).min(1, { error: issuerFix })], { error: issuerFix })),
  authorizationHeader: optional(authorizationHeader),
  algorithms: optional(algorithms),
  clockToleranceMs: optional(
    z.number({ error: toleranceFix }).int({ error: toleranceFix }).min(0, { error: toleranceFix }),
  ),
  requiredScopes: optional(list("Give scopes: a list, or a text with spaces between them.")),
  jwksCooldownMs: optional(milliseconds),
  keys: optional(
    z.strictObject(
      { keys: z.array(key, { error: keySetFix }).min(1, { error: "Give at least one key." }) },
      { error: keySetFix },
    ),
  ),
  profile: optional(oneOf(["rfc9068", "any"])),
  maxLifeMs: optional(milliseconds),
  tokenPrefix: optional(z.string({ error: prefixFix }).regex(/^[\x21-\x7e]+$/, { error: prefixFix })),
  byRouteOnly: optional(flag),
  keepMs: optional(milliseconds),
  introspectionAuthorization: optional(oneOf(["client", "bearer"])),
  authenticate: optional(functionOf<AuthenticateCaller>("Give a function that says who shows a credential.")),
  authority: authShape.authority,
  clientId: authShape.clientId,
  clientSecret: authShape.clientSecret,
  clientAuthentication: authShape.clientAuthentication,
  privateKey: authShape.privateKey,
  keyId: authShape.keyId,
  certificate: authShape.certificate,
  signingAlgorithm: authShape.signingAlgorithm,
  clientAssertion: authShape.clientAssertion,
  clientAssertionType: authShape.clientAssertionType,
  assertionAudience: authShape.assertionAudience,
  basicEncoding: authShape.basicEncoding,
  clientIdInBody: authShape.clientIdInBody,
  clientCertificate: authShape.clientCertificate,
  ca: authShape.ca,
  proxy: authShape.proxy,
  issuerTemplate: authShape.issuerTemplate,
};

const authenticator: z.ZodType<CheckedAuthenticator> = z.strictObject(authenticatorShape, {
  error: "Give an object with the settings of the authenticator.",
});

const nameFix = 'Name an authenticator by up to 64 letters, digits, "_" and "-", with a letter or a digit first.';

/** The schema of several authenticators. */
export const authenticators: z.ZodType<Readonly<Record<string, CheckedAuthenticator>>> = z
  .record(z.string(), authenticator, { error: "Give the authenticators by name." })
  .superRefine((named, context) => {
    const names = Object.keys(named);
    if (names.length === 0) context.addIssue({ code: "custom", message: "Give at least one authenticator." });
    for (const name of names) {
      if (!/^[A-Za-z0-9][\w-]{0,63}$/.test(name)) context.addIssue({ code: "custom", path: [name], message: nameFix });
    }
  });
