import { randomBytes } from "node:crypto";
import type { Configuration, ResourceServer } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import { renderRefusalPage } from "../sign-in/refusal-page.ts";
import { sendPage } from "../sign-in/send-page.ts";
import { toSignInPath } from "../sign-in/sign-in-path.ts";
import { createSignInPolicy } from "../sign-in/sign-in-policy.ts";
import type { AddedClaims } from "../tokens/added-claims.ts";
import { createExtraClaims } from "../tokens/extra-claims.ts";
import { acceptedAlgorithms, listAuthenticationMethods } from "./client-authentication.ts";
import { nameEndpoints } from "./endpoint-aliases.ts";
import { grantEverything } from "./grant-everything.ts";
import type { OidcLibrary } from "./load-oidc-provider.ts";
import { mayIntrospect } from "./may-introspect.ts";
import { createMemoryAdapter } from "./memory-adapter.ts";
import { createMutualTls } from "./mutual-tls.ts";
import { configureResourceIndicators } from "./resource-indicators.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { toClientMetadata } from "./to-client-metadata.ts";

/** What the configuration is made of. */
export interface ProviderConfigurationOptions {
  readonly library: OidcLibrary;
  readonly settings: Settings;
  readonly keys: SigningKeys;
  readonly addedClaims: AddedClaims;
  /** Where client certificates are asked for, if that is an origin of its own. */
  readonly aliasUrl: string | undefined;
}

const hourSeconds = 60 * 60;

/** Creates the configuration of `oidc-provider`. Every function with a development default is set, so none warns. */
export function createProviderConfiguration(options: ProviderConfigurationOptions): Configuration {
  const { library, settings, keys, addedClaims } = options;
  return {
    ...nameEndpoints(options.aliasUrl),
    adapter: createMemoryAdapter(),
    jwks: keys.privateKeys,
    clients: settings.clients.map(toClientMetadata),
    clientAuthMethods: listAuthenticationMethods(settings),
    enabledJWA: acceptedAlgorithms,
    rotateRefreshToken: settings.rotateRefreshTokens,
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    scopes: ["openid", "profile", "email", "offline_access"],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    conformIdTokenClaims: false,
    extraTokenClaims: createExtraClaims(settings.people, addedClaims),
    features: createFeatures(library, settings),
    ttl: createLifetimes(settings),
    interactions: {
      policy: createSignInPolicy(library, settings.people),
      url: (_ctx, { uid }) => toSignInPath(uid),
    },
    findAccount: (_ctx, id) => {
      const person = settings.people.find((known) => known.id === id);
      return person && { accountId: id, claims: () => ({ sub: id, name: person.name, email: person.email }) };
    },
    loadExistingGrant: grantEverything,
    clientBasedCORS: (_ctx, origin, client) => client.redirectUris?.some((uri) => isOriginOf(uri, origin)) ?? false,
    renderError: (ctx, { error, error_description: description }) => {
      sendPage(ctx, renderRefusalPage(error, description), ctx.status);
    },
  };
}

function createFeatures(library: OidcLibrary, settings: Settings): NonNullable<Configuration["features"]> {
  return {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: configureDpop(settings),
    ...(settings.tls === undefined ? {} : { mTLS: createMutualTls() }),
    introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => mayIntrospect(client, token) },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: configureResourceIndicators(library, settings),
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: { enabled: false },
  };
}

/** A grant lives a day, and not shorter than the refresh token that stands on it. */
export function toGrantLifetimeSeconds({ refreshTokenLifetimeSeconds }: Settings): number {
  return Math.max(24 * hourSeconds, refreshTokenLifetimeSeconds);
}

function createLifetimes(settings: Settings): NonNullable<Configuration["ttl"]> {
  const toAccessTokenLifetime = (
    _ctx: unknown,
    token: { readonly resourceServer?: ResourceServer | undefined },
  ): number => token.resourceServer?.accessTokenTTL ?? settings.accessTokenLifetimeSeconds;
  return {
    AccessToken: toAccessTokenLifetime,
    ClientCredentials: toAccessTokenLifetime,
    AuthorizationCode: 60,
    IdToken: hourSeconds,
    RefreshToken: settings.refreshTokenLifetimeSeconds,
    Grant: toGrantLifetimeSeconds(settings),
    Interaction: hourSeconds,
    Session: 24 * hourSeconds,
  };
}

/** Without a secret for nonces, the library neither sends nor accepts any. */
function configureDpop({ dpopNonceRequired }: Settings): NonNullable<Configuration["features"]>["dPoP"] {
  if (!dpopNonceRequired) return { enabled: true };
  return { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true };
}

function isOriginOf(uri: string, origin: string): boolean {
  return URL.canParse(uri) && new URL(uri).origin === origin;
}
