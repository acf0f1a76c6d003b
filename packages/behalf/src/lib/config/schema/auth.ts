import { z } from "zod";
import { delegatedGrants } from "../../values/delegated-grant.ts";
import { actorWord, resemblesActorWord } from "../actor-word.ts";
import type { CheckedAuth, CheckedDefaults } from "../checked.ts";
import { grantTypeNames, readGrantType } from "../grant-type.ts";
import { findMeantGrant } from "../meant-grant.ts";
import { presetNames } from "../presets.ts";
import { signingAlgorithmNames } from "../read-signing-key.ts";
import { fillTenant } from "../tenant-name.ts";
import { callShape } from "./calls.ts";
import { extraParameters } from "./extra-parameters.ts";
import { forwardOrigins } from "./forward-origins.ts";
import { hookShape } from "./hooks.ts";
import { flag, isBareUrl, list, milliseconds, oneOf, oneOrMore, optional, privateKey, secret, text } from "./parts.ts";

const resourceFix = "Give absolute URIs without a fragment (RFC 8707 section 2).";
const resourceUri = z
  .string({ error: resourceFix })
  .refine((value) => value.split(/\s+/).every((uri) => URL.canParse(uri) && !uri.includes("#")), {
    error: resourceFix,
  });

// A name at the end of the host could turn it into any other host.
const isSafeTemplate = (template: string): boolean => !/^[^:]+:\/\/[^/]*\{tenant\}(?!\.)[^/]*(\/|$)/.test(template);

const bareUrl = (fix: string, bareFix: string): z.ZodType<string> =>
  text(fix)
    .refine((value) => isBareUrl(fillTenant(value, "tenant")), { error: bareFix })
    .refine(isSafeTemplate, { error: "Let a fixed domain follow {tenant} in the host." });

/** The issuer of an authorization server, which may have a place for the tenant's name. */
export const authority: z.ZodType<string> = bareUrl(
  'Give the issuer URL of the authorization server, such as "https://login.example.com".',
  "Give an absolute URL without query, fragment or user name (RFC 8414 section 2).",
);

const tokenEndpoint = bareUrl(
  'Give the URL where tokens are asked for, such as "https://login.example.com/oauth2/token".',
  "Give an absolute URL without query, fragment or user name.",
);

const secretFix = 'Give the secret, best by fromEnv("NAME") or fromFile("PATH").';
const keyFix = "Give a private key as PEM, JWK or KeyObject, where it stands, or an object that signs.";
const pemFix = 'Give PEM, best by fromFile("PATH").';
const algorithm = oneOf(signingAlgorithmNames);

const tokenTypeFix =
  'Give a token type URI (RFC 8693 section 3), such as "urn:ietf:params:oauth:token-type:access_token".';
const tokenType = text(tokenTypeFix).refine((uri) => URL.canParse(uri) && !/\s/.test(uri), { error: tokenTypeFix });

const actorToken = secret('Give "clientCredentials", or where the token stands.').refine(
  (given) => !resemblesActorWord(given),
  { error: `Write "${actorWord}".` },
);

const clientCertificate = z.strictObject(
  { certificate: secret(pemFix), privateKey: secret(pemFix) },
  { error: "Give an object with certificate and privateKey." },
);

const dpop = z.union(
  [z.boolean(), z.strictObject({ privateKey: optional(privateKey(keyFix)), algorithm: optional(algorithm) })],
  { error: "Give true, false, or an object with privateKey and algorithm." },
);

/** What the client is, and how it proves it: also for tenants and for the first server of an identity assertion. */
const clientShape = {
  authority: optional(authority),
  tokenEndpoint: optional(tokenEndpoint),
  clientId: optional(text("Give the client id that the authorization server knows.")),
  clientSecret: optional(oneOrMore(secret(secretFix), secretFix)),
  clientAuthentication: optional(
    oneOf([
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "tls_client_auth",
      "self_signed_tls_client_auth",
      "workload_identity",
      "none",
    ]),
  ),
  privateKey: optional(oneOrMore(privateKey(keyFix), keyFix)),
  keyId: optional(text("Give the kid of the key.")),
  certificate: optional(secret(pemFix)),
  signingAlgorithm: optional(algorithm),
  clientAssertion: optional(secret('Give where the JWT stands, best by fromFile("PATH").')),
  clientAssertionType: optional(oneOf(["jwt-bearer", "jwt-spiffe"])),
  assertionAudience: optional(text('Give "issuer", "tokenEndpoint", or the text that the server wants.')),
  basicEncoding: optional(oneOf(["form", "raw"])),
  clientIdInBody: optional(flag),
  clientCertificate: optional(clientCertificate),
  ca: optional(secret(pemFix)),
  proxy: optional(secret('Give the URL of the proxy, or "environment".')),
  subjectTokenType: optional(tokenType),
  scope: optional(list("Give scopes: a list, or a text with spaces between them.")),
  resource: optional(
    z.union([resourceUri, z.array(resourceUri).min(1, { error: resourceFix })], { error: resourceFix }),
  ),
} as const;

const audience = optional(list("Give audiences: a list, or a text with spaces between them."));

const identityProvider: z.ZodType<CheckedAuth> = z.strictObject(clientShape, {
  error: "Give an object with the client settings of the first server.",
});

/** The schema of a tenant. */
export const tenantSchema: z.ZodType<CheckedAuth> = z.strictObject(
  { ...clientShape, audience, extraParameters: optional(extraParameters) },
  { error: "Give an object with the settings of the tenant." },
);

const grantFix = `Give one of ${grantTypeNames.join(", ")}.`;
const fixGrant = (given: unknown): string => {
  const meant = typeof given === "string" ? findMeantGrant(given) : undefined;
  return meant === undefined ? grantFix : `Write "${meant}".`;
};
const grantType = z.string({ error: grantFix }).refine((name) => readGrantType(name) !== undefined, {
  error: ({ input }) => fixGrant(input),
});

const detailsFix = "Give a list of objects (RFC 9396 section 2).";
const details = z.array(z.record(z.string(), z.unknown(), { error: detailsFix }), { error: detailsFix });

type AuthShape = {
  readonly [key in keyof CheckedAuth]-?: z.ZodExactOptional<z.ZodType<NonNullable<CheckedAuth[key]>>>;
};

/** What every node can say, kept complete by the compiler. */
export const authShape: AuthShape = {
  ...clientShape,
  ...callShape,
  grantType: optional(grantType),
  preset: optional(oneOf(presetNames)),
  issuerTemplate: optional(
    text("Give an issuer with {tenantid} in it.").regex(/\{tenantid\}/, {
      error: "Write {tenantid} where the tenant's id stands.",
    }),
  ),
  dpop: optional(dpop),
  certificateBoundTokens: optional(flag),
  audience,
  requestedTokenType: optional(tokenType),
  actorToken: optional(actorToken),
  actorTokenType: optional(tokenType),
  authorizationDetails: optional(details),
  extraParameters: optional(extraParameters),
  refreshToken: optional(secret("Give where the refresh token stands, best by fromProvider(read, { keep }).")),
  refreshReuse: optional(flag),
  identityProvider: optional(identityProvider),
  delegatedGrant: optional(oneOf(delegatedGrants)),
  anonymousAs: optional(oneOf(["service"])),
  prewarm: optional(flag),
  forwardTo: optional(forwardOrigins),
  audienceGuard: optional(oneOf(["warn", "fail", "off"])),
  maxDelegatedTtlMs: optional(milliseconds),
  strictProtocol: optional(flag),
};

/** The schema of `serviceDefaults`. */
export const defaultsSchema: z.ZodType<CheckedDefaults> = z.strictObject(
  { ...authShape, ...hookShape },
  { error: "Give an object with what all services inherit." },
);
