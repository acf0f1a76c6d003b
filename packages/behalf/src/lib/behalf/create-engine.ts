import type { ResolvedConfiguration } from "../config/resolved.ts";
import { type ContextStorage, createContextStorage } from "../context/context-storage.ts";
import { createDiagnostics, type Diagnostics } from "../diagnostics/diagnostics.ts";
import { type Logger, stderrLogger } from "../diagnostics/logger.ts";
import { createInbound, type Inbound } from "../inbound/inbound.ts";
import { createJwtAuthenticator } from "../inbound/jwt-authenticator.ts";
import { createKeySource } from "../inbound/key-source.ts";
import { rememberCallers } from "../inbound/remember-callers.ts";
import type { MetadataSource } from "../oauth/metadata-source.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import { createServers, type Server, type ServerPlace } from "../oauth/servers.ts";
import { createForTenant } from "../services/for-tenant.ts";
import { HttpServiceProvider, type HttpServiceProviderDependencies } from "../services/http-service-provider.ts";
import { isSystemCaller as isSystemByClaims } from "../services/is-system-caller.ts";
import { createTokenMemory } from "../services/token-memory.ts";
import { createMemoryStore } from "../tokens/memory-store.ts";
import { createRefreshChains } from "../tokens/refresh-chains.ts";
import { createTokenBindings, type TokenBindings } from "../tokens/token-bindings.ts";
import { createTokenService } from "../tokens/token-service.ts";
import { createServerFetch } from "../transport/server-fetch.ts";
import { createTransport } from "../transport/transport.ts";
import type { Now } from "../values/clock.ts";

/** The parts that a program may replace. */
export interface EngineOptions {
  readonly logger?: Logger | undefined;
  readonly now?: Now | undefined;
  readonly fetch?: ServerFetch | undefined;
  readonly httpServiceProvider?: ((dependencies: HttpServiceProviderDependencies) => HttpServiceProvider) | undefined;
}

/** All parts of an instance, connected. */
export interface Engine {
  readonly context: ContextStorage;
  readonly diagnostics: Diagnostics;
  readonly inbound: Inbound | undefined;
  readonly httpServiceProvider: HttpServiceProvider;
  /** What the provider was made with. */
  readonly dependencies: HttpServiceProviderDependencies;
  readonly now: Now;
  close(): Promise<void>;
}

const backendConnectTimeoutMs = 10_000;
const serverConnectTimeoutMs = 2_000;

interface InboundParts {
  /** The server that keys come from, as it is reached now: certificates and proxies may have been replaced. */
  readonly server: () => Server;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

function connectInbound(
  configuration: ResolvedConfiguration,
  { server, diagnostics, now }: InboundParts,
): Inbound | undefined {
  const { inbound: settings } = configuration;
  if (!settings) return undefined;
  const metadata: MetadataSource = {
    authority: configuration.authority.href,
    get: (client) => server().metadata.get(client),
  };
  const fetch: ServerFetch = (url, request) => server().connection.fetch(url, request);
  const keys = createKeySource({ metadata, fetch, cooldownMs: settings.jwksCooldownMs, now });
  const authenticator = rememberCallers(createJwtAuthenticator({ inbound: settings, metadata, keys, now }), now);
  return createInbound({ settings, authenticator, diagnostics });
}

/** Where the server's signing keys are found: a token endpoint that is configured says nothing of them. */
function toKeyPlace({ authority, root }: ResolvedConfiguration, bindings: TokenBindings): ServerPlace {
  const { settings, clientAuthentication, configPath } = root;
  return {
    authority: root.authority ?? authority.href,
    issuerTemplate: settings.issuerTemplate,
    identity: bindings.of(settings, clientAuthentication, configPath).serverIdentity,
  };
}

/** Connects the parts of an instance. */
export function createEngine(configuration: ResolvedConfiguration, options: EngineOptions): Engine {
  const {
    logger = stderrLogger,
    now = Date.now,
    httpServiceProvider = (given) => new HttpServiceProvider(given),
  } = options;
  const { authority, insecureRequestsAllowed, inbound, messageIdHeader, root } = configuration;
  const { release, ...context } = createContextStorage();
  const diagnostics = createDiagnostics(configuration.name, logger);
  const transport = createTransport({ connectTimeoutMs: backendConnectTimeoutMs });
  const serverTransport = createTransport({ connectTimeoutMs: serverConnectTimeoutMs });
  const fetch = options.fetch ?? createServerFetch(serverTransport);
  const servers = createServers({ fetch, insecureRequestsAllowed, diagnostics, now });
  const bindings = createTokenBindings(now);
  const store = createMemoryStore(configuration);
  const tokens = createTokenService({ store, servers, chains: createRefreshChains(now), diagnostics, now });
  const tokenMemory = createTokenMemory(tokens, { authority: root.authority ?? authority.href, bindings });
  const dependencies: HttpServiceProviderDependencies = {
    ...tokenMemory.filledBy,
    tokenMemory,
    context,
    transport,
    diagnostics,
    now,
    insecureRequestsAllowed,
    authorizationHeader: inbound?.authorizationHeader ?? "authorization",
    messageIdHeader,
    forTenant: createForTenant(configuration.tenant),
    isSystemCaller: configuration.isSystemCaller ?? isSystemByClaims,
    root,
  };
  return {
    context,
    diagnostics,
    now,
    inbound: connectInbound(configuration, {
      server: () => servers.get(toKeyPlace(configuration, bindings)),
      diagnostics,
      now,
    }),
    httpServiceProvider: httpServiceProvider(dependencies),
    dependencies,
    async close() {
      await Promise.all([transport.close(), serverTransport.close()]);
      release();
    },
  };
}
