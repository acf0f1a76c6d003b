import type { ResolvedAuthenticator, ResolvedInbound } from "../config/resolved-inbound.ts";
import type { Diagnostics } from "../diagnostics/diagnostics.ts";
import { createAdmission } from "../inbound/admission.ts";
import type { Authenticator } from "../inbound/authenticators/authenticators.ts";
import type { CredentialValidator } from "../inbound/authenticators/credential-validator.ts";
import { createCustomValidator } from "../inbound/authenticators/custom-validator.ts";
import { createIntrospectionValidator } from "../inbound/authenticators/introspection-validator.ts";
import { type IssuerRealm, isOfRealm } from "../inbound/authenticators/issuer-realm.ts";
import { createJwtValidator } from "../inbound/authenticators/jwt-validator.ts";
import {
  createIntrospectionRestraint,
  type Introspect,
  type IntrospectionRestraint,
} from "../inbound/authenticators/restrained-introspection.ts";
import { createDevProxy } from "../inbound/dev-proxy/create-dev-proxy.ts";
import { createDevProxyStep, type DevProxyStep } from "../inbound/dev-proxy/dev-proxy-step.ts";
import { createIdentity, type Identity, type RequestUserInfo } from "../inbound/identity/identify.ts";
import { createInbound, type Inbound } from "../inbound/inbound.ts";
import { createPossessionCheck } from "../inbound/proofs/check-possession.ts";
import { createDpopNonces, type DpopNonces } from "../inbound/proofs/dpop-nonces.ts";
import type { PossessionCheck } from "../inbound/proofs/possession.ts";
import { createRecognize, type Recognize } from "../inbound/recognize.ts";
import { createValidatedMemory, type ValidatedMemory, type ValidatedStats } from "../inbound/remember-validated.ts";
import { createRoutes, type Routes } from "../inbound/routes.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import type { ActorToken } from "../values/actor-token.ts";
import type { BareCaller } from "../values/caller.ts";
import type { Now } from "../values/clock.ts";
import { deriveBytes, type KeyRingKey } from "../values/key-ring.ts";
import type { CallerNames } from "./caller-names.ts";
import { type InboundServers, toConfiguredRealm } from "./inbound-servers.ts";
import type { InboundSharing } from "./inbound-sharing.ts";

/** What the inbound side is connected to. */
export interface InboundParts extends InboundServers, InboundSharing {
  readonly inbound: ResolvedInbound;
  /** The names of the tenants that are configured. */
  readonly tenants: readonly string[];
  /** Reaches what is no authorization server. */
  readonly fetch: ServerFetch;
  readonly introspect: (
    settings: ResolvedAuthenticator,
    token: ActorToken,
    signal: AbortSignal,
  ) => ReturnType<Introspect>;
  readonly requestUserInfo: RequestUserInfo;
  readonly isSystemCaller: (caller: BareCaller) => boolean;
  readonly callerNames: CallerNames;
  /** The first makes nonces. */
  readonly encryptionKeys: readonly KeyRingKey[];
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** What the inbound side remembers, and who waits. */
export interface InboundStats {
  readonly validated: ValidatedStats;
  /** How many callers wait for introspection to have a place. */
  readonly waiting: number;
}

/** The inbound side, with the routes that it knows. */
export interface ConnectedInbound extends Inbound {
  readonly routes: Routes;
  stats(): InboundStats;
}

/** An authority with a place for a tenant stands for those that are configured, and for no others. */
function toRealms(settings: ResolvedAuthenticator, parts: InboundParts): readonly IssuerRealm[] {
  const { auth, keys, issuers } = settings;
  // Pinned keys of named issuers are of no tenant's server.
  const asksNobody = keys !== undefined && issuers.length > 0;
  if (!auth.tenantMissing || asksNobody) return [toConfiguredRealm(auth, settings, parts)];
  return parts.tenants.flatMap((tenant) => {
    const node = auth.forTenant(tenant);
    return node ? [toConfiguredRealm(node, settings, parts)] : [];
  });
}

function connectJwt(settings: ResolvedAuthenticator, parts: InboundParts): Authenticator {
  const realms = toRealms(settings, parts);
  return {
    settings,
    validator: createJwtValidator({ settings, realms, now: parts.now }),
    recognizes: (credential) => {
      const issuer = credential.issuer();
      return issuer !== undefined && realms.some((realm) => isOfRealm(realm, issuer));
    },
  };
}

/** The parts, with what all authenticators share. */
interface SharedParts extends InboundParts {
  readonly restraint: IntrospectionRestraint;
}

function toValidator(settings: ResolvedAuthenticator, parts: SharedParts): CredentialValidator {
  const { introspect, restraint, now } = parts;
  const { auth, authenticate } = settings;
  if (settings.type === "custom" && authenticate) return createCustomValidator({ settings, authenticate, now });
  return createIntrospectionValidator({
    settings,
    authority: auth.authority ?? "",
    introspect: (token, signal) => introspect(settings, token, signal),
    restraint,
    now,
  });
}

function connectAuthenticator(settings: ResolvedAuthenticator, parts: SharedParts): Authenticator {
  if (settings.type === "jwt" || settings.type === "sidecar") return connectJwt(settings, parts);
  return {
    settings,
    validator: toValidator(settings, parts),
    recognizes: (credential) => credential.value().startsWith(settings.tokenPrefix),
  };
}

/** Where keys are configured, every instance of a fleet makes and takes the same nonces. */
function connectNonces({ encryptionKeys: [key], now }: InboundParts): DpopNonces {
  return createDpopNonces({ now, ...(key ? { secret: deriveBytes(key, "dpop-nonce") } : {}) });
}

function connectPossession(parts: InboundParts): PossessionCheck {
  const { inbound, now } = parts;
  const { dpop, resource, publicUrls, clientCertificateHeader } = inbound;
  return createPossessionCheck({
    dpop,
    urls: () => (resource ? [resource(), ...publicUrls] : publicUrls),
    clientCertificateHeader,
    replay: parts.createReplays(),
    nonces: dpop?.nonce ? connectNonces(parts) : undefined,
    now,
  });
}

function connectDevProxy({ inbound, fetch, now, diagnostics }: InboundParts): DevProxyStep | undefined {
  const { devProxy: settings } = inbound;
  if (!settings) return undefined;
  const environment = (): string | undefined => process.env.NODE_ENV;
  return createDevProxyStep(createDevProxy({ settings, fetch, now, diagnostics, environment }));
}

function connectIdentity({ inbound, diagnostics, ...parts }: InboundParts): Identity {
  return createIdentity({
    settings: inbound.identity,
    requestUserInfo: parts.requestUserInfo,
    isSystem: parts.isSystemCaller,
    onUserInfoMissing: (error) =>
      diagnostics.publish("behalf:identity", (instance) => ({ instance, source: "userInfo", error }), true),
    now: parts.now,
  });
}

function connectRecognize(parts: InboundParts, memory: ValidatedMemory): Recognize {
  const { markers, markerSharing, now } = parts;
  const admission = createAdmission({
    markers,
    possession: connectPossession(parts),
    identity: connectIdentity(parts),
    now,
  });
  return createRecognize({ memory, admission, starting: () => markerSharing.starting() });
}

/** Connects the inbound side of an instance. */
export function connectInbound(parts: InboundParts): ConnectedInbound {
  const { inbound: settings, diagnostics, now } = parts;
  const restraint = createIntrospectionRestraint(now);
  const shared = { ...parts, restraint };
  const routes = createRoutes(settings.authenticators.map((one) => connectAuthenticator(one, shared)));
  const memory = parts.callerNames.noting(createValidatedMemory(settings.validatedTokens, now));
  const recognize = connectRecognize(parts, memory);
  return {
    ...createInbound({ routes, recognize, devProxy: connectDevProxy(parts), diagnostics, now }),
    routes,
    stats: () => ({ validated: memory.stats(), waiting: restraint.places.waiting }),
  };
}
