import type { AsEndpoint } from "./as-request.ts";
import { createClientRegistry, type ScriptedClient } from "./clients.ts";
import { createDesk, type Desk } from "./desk.ts";
import { createDpopRules } from "./dpop-nonces.ts";
import { createFaultBook } from "./fault-script.ts";
import { createGates } from "./gate.ts";
import { createInMemoryFetch } from "./in-memory-fetch.ts";
import { type Issuing, issueToken, type MintedClaims, toPayload } from "./issuing.ts";
import { createKnownTokens } from "./known-tokens.ts";
import { type Listeners, openListeners } from "./listeners.ts";
import { toMetadata } from "./metadata.ts";
import type { AsOptions, InMemoryAsOptions, ScriptedAsOptions } from "./options.ts";
import { createRefreshTokens } from "./refresh-tokens.ts";
import { createReplayGuard } from "./replay-guard.ts";
import { createRequestBook } from "./request-log.ts";
import type { ScriptedAs } from "./scripted-as.ts";
import { createSocketService } from "./serve-socket.ts";
import { createSigningKeys, type SigningAlgorithm, type SigningChoice, type SigningKeys } from "./signing-keys.ts";
import { createTrustedReader } from "./trusted-tokens.ts";

/** Where a server stands. */
interface Site {
  readonly origin: string;
  /** The origin of the mutual TLS alias, if there is one. */
  readonly mtlsOrigin?: string | undefined;
  readonly takesCertificates: boolean;
  /** The authority of `tls_client_auth`, PEM. */
  readonly clientCa?: string | undefined;
  readonly close: () => Promise<void>;
}

/** A server before anybody can reach it. */
interface Foundation {
  readonly options: AsOptions;
  readonly algorithm: SigningAlgorithm;
  readonly keys: SigningKeys;
}

const usualClient: ScriptedClient = { clientId: "orders-api", clientSecret: "orders-api-secret" };

function createIssuing({ options, keys }: Foundation, { origin, clientCa }: Site): Issuing {
  const now = options.clock?.now ?? Date.now;
  const issuer = `${origin}${options.issuerPath ?? ""}`;
  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    keys,
    now,
    lifeSeconds: options.lifeSeconds ?? 300,
    clients: createClientRegistry(options.clients ?? [usualClient]),
    assertionAudiences: options.assertionAudiences ?? ["issuer"],
    assertions: createReplayGuard(),
    proofs: createReplayGuard(),
    dpop: createDpopRules(options.dpop ?? {}),
    tokens: createKnownTokens(keys, now),
    signsIntrospection: options.signsIntrospection ?? false,
    signsUserInfo: options.signsUserInfo ?? false,
    refreshTokens: createRefreshTokens(options.rotatesRefreshTokens ?? true),
    verifyTrusted: createTrustedReader(options.trustedIssuers ?? [], now),
    ...(clientCa === undefined ? {} : { clientCa }),
  };
}

function describeSite({ issuer }: Issuing, { algorithm, options }: Foundation, site: Site) {
  const { mtlsOrigin, takesCertificates } = site;
  const mtlsIssuer = mtlsOrigin === undefined ? undefined : `${mtlsOrigin}${options.issuerPath ?? ""}`;
  const aliases = {
    mtlsTokenEndpoint: mtlsIssuer && `${mtlsIssuer}/token`,
    mtlsIntrospectionEndpoint: mtlsIssuer && `${mtlsIssuer}/introspect`,
  };
  return toMetadata({ issuer, algorithm, takesCertificates, ...aliases }, options.metadata ?? {});
}

/** What a test can look at and change. */
function createControls(issuing: Issuing, { options }: Foundation, { origin, mtlsOrigin = origin }: Site) {
  const { issuer, tokenEndpoint, keys, tokens, refreshTokens, clients, dpop } = issuing;
  const aud = options.audience ?? clients.list()[0]?.clientId ?? issuer;
  return {
    issuer,
    url: origin,
    tokenEndpoint,
    mtlsTokenEndpoint: `${mtlsOrigin}${options.issuerPath ?? ""}/token`,
    introspectionEndpoint: `${issuer}/introspect`,
    userinfoEndpoint: `${issuer}/userinfo`,
    jwksUri: `${issuer}/jwks`,
    rotateKeys: keys.rotate,
    publicKeys: () => keys.jwks().keys,
    issue: (claims: MintedClaims, choice?: SigningChoice) => issueToken(issuing, { aud, ...claims }, choice),
    issueOpaque: (claims: MintedClaims) => tokens.add(toPayload(issuing, { aud, ...claims })),
    revoke: tokens.revoke,
    setUserInfo: tokens.setUserInfo,
    issueRefreshToken: refreshTokens.issue,
    revokeRefreshToken: refreshTokens.revoke,
    setClient: clients.change,
    setDpop: dpop.change,
  };
}

async function layFoundation(options: AsOptions): Promise<Foundation> {
  const { algorithm = "ES256" } = options;
  return { options, algorithm, keys: await createSigningKeys(algorithm) };
}

/** Builds the server on its foundation. */
function build(foundation: Foundation, site: Site): { readonly as: ScriptedAs; readonly desk: Desk } {
  const { options, keys } = foundation;
  const { origin, mtlsOrigin = origin } = site;
  const issuing = createIssuing(foundation, site);
  const faults = createFaultBook();
  const gates = createGates<AsEndpoint>();
  const requests = createRequestBook();
  const closing = new AbortController();
  const desk = createDesk({
    issuing,
    metadata: describeSite(issuing, foundation, site),
    issuerPath: options.issuerPath ?? "",
    faults,
    gates,
    requests,
    tools: { sign: keys.sign, closing: closing.signal },
  });
  const as = Object.assign(requests.log, createControls(issuing, foundation, site), {
    fetch: createInMemoryFetch({
      desk,
      origins: [origin, mtlsOrigin],
      timeoutMs: options.fetchTimeoutMs ?? 5_000,
      closing: closing.signal,
    }),
    faults: faults.script,
    hold: (endpoint: AsEndpoint = "token") => gates.hold(endpoint),
    async close() {
      closing.abort();
      gates.releaseAll();
      await site.close();
    },
  });
  return { as, desk };
}

function toSite({ main, mtls, takesCertificates, close }: Listeners, clientCa: string | undefined): Site {
  return { origin: main.url, mtlsOrigin: mtls?.url, takesCertificates, clientCa, close };
}

/**
 * Starts a scripted authorization server on a free port of 127.0.0.1. It shares no code with what it tests.
 *
 * It knows client credentials, token exchange, JWT bearer and on-behalf-of, and refresh tokens with rotation; it has
 * metadata, keys, introspection and userinfo. It misbehaves as `as.faults` says. Close it when the test ends.
 */
export async function startScriptedAs(options: ScriptedAsOptions = {}): Promise<ScriptedAs> {
  const foundation = await layFoundation(options);
  let serve: ReturnType<typeof createSocketService> | undefined;
  const listeners = await openListeners(options.tls, (origin, request, response) => serve?.(origin, request, response));
  const { as, desk } = build(foundation, toSite(listeners, options.tls?.clientCa));
  serve = createSocketService(desk);
  return as;
}

/**
 * Creates a scripted authorization server without a port: give its `fetch` to `createBehalf`.
 *
 * @example createBehalf({ authority: as.issuer, fetch: as.fetch, now: clock.now, … })
 */
export async function createScriptedAs(options: InMemoryAsOptions = {}): Promise<ScriptedAs> {
  const { origin = "https://as.test" } = options;
  const site = { origin: new URL(origin).origin, takesCertificates: false, close: async () => {} };
  return build(await layFoundation(options), site).as;
}
