import type { ResolvedConfiguration } from "../config/resolved.ts";
import { type ContextStorage, createContextStorage } from "../context/context-storage.ts";
import { createDiagnostics, type Diagnostics } from "../diagnostics/diagnostics.ts";
import { type Logger, stderrLogger } from "../diagnostics/logger.ts";
import { createInbound, type Inbound } from "../inbound/inbound.ts";
import { createJwtAuthenticator } from "../inbound/jwt-authenticator.ts";
import { createKeySource } from "../inbound/key-source.ts";
import { rememberCallers } from "../inbound/remember-callers.ts";
import { createMetadataSource, type MetadataSource } from "../oauth/metadata-source.ts";
import type { ServerConnection, ServerFetch } from "../oauth/server-connection.ts";
import { watchServer } from "../oauth/watch-server.ts";
import { HttpServiceProvider, type HttpServiceProviderDependencies } from "../services/http-service-provider.ts";
import { createTokenMemory } from "../services/token-memory.ts";
import { createMemoryStore } from "../tokens/memory-store.ts";
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
  readonly now: Now;
  close(): Promise<void>;
}

const backendConnectTimeoutMs = 10_000;
const serverConnectTimeoutMs = 2_000;

interface InboundParts {
  readonly connection: ServerConnection;
  readonly metadata: MetadataSource;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

function connectInbound(
  configuration: ResolvedConfiguration,
  { connection, metadata, diagnostics, now }: InboundParts,
): Inbound | undefined {
  const { inbound: settings } = configuration;
  if (!settings) return undefined;
  const keys = createKeySource({ metadata, fetch: connection.fetch, cooldownMs: settings.jwksCooldownMs, now });
  const authenticator = rememberCallers(createJwtAuthenticator({ inbound: settings, metadata, keys, now }), now);
  return createInbound({ settings, authenticator, diagnostics });
}

/** Connects the parts of an instance. */
export function createEngine(configuration: ResolvedConfiguration, options: EngineOptions): Engine {
  const {
    logger = stderrLogger,
    now = Date.now,
    httpServiceProvider = (given) => new HttpServiceProvider(given),
  } = options;
  const { authority, insecureRequestsAllowed, inbound, messageIdHeader } = configuration;
  const context = createContextStorage();
  const diagnostics = createDiagnostics(configuration.name, logger);
  const transport = createTransport({ connectTimeoutMs: backendConnectTimeoutMs });
  const serverTransport = createTransport({ connectTimeoutMs: serverConnectTimeoutMs });
  const serverFetch = options.fetch ?? createServerFetch(serverTransport);
  const fetch = watchServer(serverFetch, { issuer: authority.href, diagnostics, now });
  const connection = { authority, insecureRequestsAllowed, fetch };
  const metadata = createMetadataSource(connection, { now });
  const tokens = createTokenService({
    store: createMemoryStore(configuration),
    connection,
    metadata,
    diagnostics,
    now,
  });
  const tokenMemory = createTokenMemory(tokens, authority.href);
  return {
    context,
    diagnostics,
    now,
    inbound: connectInbound(configuration, { connection, metadata, diagnostics, now }),
    httpServiceProvider: httpServiceProvider({
      ...tokenMemory.filledBy,
      tokenMemory,
      context,
      transport,
      diagnostics,
      now,
      insecureRequestsAllowed,
      authorizationHeader: inbound?.authorizationHeader ?? "authorization",
      messageIdHeader,
    }),
    async close() {
      await Promise.all([transport.close(), serverTransport.close()]);
    },
  };
}
