import { randomBytes } from "node:crypto";
import type { Configuration } from "oidc-provider";
import type { Settings } from "../settings/resolve-settings.ts";
import { renderRefusalPage } from "../sign-in/refusal-page.ts";
import { sendPage } from "../sign-in/send-page.ts";
import { toSignInPath } from "../sign-in/sign-in-path.ts";
import { createSignInPolicy } from "../sign-in/sign-in-policy.ts";
import type { ActingParties } from "../tokens/acting-parties.ts";
import { createExtraClaims } from "../tokens/extra-claims.ts";
import { grantEverything } from "./grant-everything.ts";
import type { OidcLibrary } from "./load-oidc-provider.ts";
import { createMemoryAdapter } from "./memory-adapter.ts";
import { configureResourceIndicators } from "./resource-indicators.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { toClientMetadata } from "./to-client-metadata.ts";

/** What the configuration is made of. */
export interface ProviderConfigurationOptions {
  readonly library: OidcLibrary;
  readonly settings: Settings;
  readonly keys: SigningKeys;
  readonly actingParties: ActingParties;
}

const hourSeconds = 60 * 60;

/** Creates the configuration of `oidc-provider`. Every function with a development default is set, so none warns. */
export function createProviderConfiguration(options: ProviderConfigurationOptions): Configuration {
  const { library, settings, keys, actingParties } = options;
  return {
    adapter: createMemoryAdapter(),
    jwks: keys.privateKeys,
    clients: settings.clients.map(toClientMetadata),
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    scopes: ["openid", "profile", "email", "offline_access"],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    conformIdTokenClaims: false,
    extraTokenClaims: createExtraClaims(settings.people, actingParties),
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
    dPoP: { enabled: false },
    introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.tokenEndpointAuthMethod !== "none" },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: configureResourceIndicators(library, settings),
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: { enabled: false },
  };
}

function createLifetimes({ accessTokenLifetimeSeconds }: Settings): NonNullable<Configuration["ttl"]> {
  return {
    AccessToken: accessTokenLifetimeSeconds,
    ClientCredentials: accessTokenLifetimeSeconds,
    AuthorizationCode: 60,
    IdToken: hourSeconds,
    RefreshToken: 24 * hourSeconds,
    Grant: 24 * hourSeconds,
    Interaction: hourSeconds,
    Session: 24 * hourSeconds,
  };
}

function isOriginOf(uri: string, origin: string): boolean {
  return URL.canParse(uri) && new URL(uri).origin === origin;
}
