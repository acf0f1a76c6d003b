import type { ResolvedConfiguration } from "../config/resolved.ts";
import { type ContextStorage, createContextStorage } from "../context/context-storage.ts";
import { createDiagnostics, type Diagnostics } from "../diagnostics/diagnostics.ts";
import { type Logger, stderrLogger } from "../diagnostics/logger.ts";
import type { IssuerRealm } from "../inbound/authenticators/issuer-realm.ts";
import { createRevocationMarkers, type RevocationMarkers } from "../inbound/revocation/revocation-markers.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import { createServers, type Servers } from "../oauth/servers.ts";
import { createForTenant } from "../services/for-tenant.ts";
import { HttpServiceProvider } from "../services/http-service-provider.ts";
import type { HttpServiceProviderDependencies } from "../services/http-service-provider-options.ts";
import { isSystemCaller as isSystemByClaims } from "../services/is-system-caller.ts";
import { createTokenMemory, type TokenMemory } from "../services/token-memory.ts";
import { createMemoryStore } from "../tokens/memory-store.ts";
import { createRefreshChains } from "../tokens/refresh-chains.ts";
import { createTokenBindings, type TokenBindings } from "../tokens/token-bindings.ts";
import { createTokenService } from "../tokens/token-service.ts";
import { createServerFetch } from "../transport/server-fetch.ts";
import { createTransport } from "../transport/transport.ts";
import type { Now } from "../values/clock.ts";
import { type ConnectedInbound, connectInbound } from "./connect-inbound.ts";
import { createInboundQuestions } from "./inbound-questions.ts";
import { createInboundServers, toOwnRealm } from "./inbound-servers.ts";

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
  readonly inbound: ConnectedInbound | undefined;
  readonly markers: RevocationMarkers;
  /** The realm of the instance's own authority: whose word on ended sessions is taken. */
  ownRealm(): IssuerRealm;
  readonly httpServiceProvider: HttpServiceProvider;
  /** What the provider was made with. */
  readonly dependencies: HttpServiceProviderDependencies;
  readonly now: Now;
  close(): Promise<void>;
}

const backendConnectTimeoutMs = 10_000;
const serverConnectTimeoutMs = 2_000;

/** What reaches servers, and whom records and logs are for. */
interface Surroundings {
  readonly fetch: ServerFetch;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
}

/** The authorization servers, and the tokens that they gave. */
interface TokenParts {
  readonly authority: string;
  readonly servers: Servers;
  readonly bindings: TokenBindings;
  readonly tokenMemory: TokenMemory;
}

function connectTokens(configuration: ResolvedConfiguration, { fetch, diagnostics, now }: Surroundings): TokenParts {
  const { insecureRequestsAllowed, root } = configuration;
  const authority = root.authority ?? configuration.authority.href;
  const servers = createServers({ fetch, insecureRequestsAllowed, diagnostics, now });
  const bindings = createTokenBindings(now);
  const store = createMemoryStore(configuration);
  const tokens = createTokenService({ store, servers, chains: createRefreshChains(now), diagnostics, now });
  return { authority, servers, bindings, tokenMemory: createTokenMemory(tokens, { authority, bindings }) };
}

type InboundSide = Pick<Engine, "inbound" | "markers" | "ownRealm">;

/** Connects the inbound side. What it asks is nobody's request: several may wait for the answer. */
function connectInboundSide(
  { inbound, tenants, encryptionKeys, root }: ResolvedConfiguration,
  dependencies: HttpServiceProviderDependencies & TokenParts,
  { fetch, diagnostics, now }: Surroundings,
): InboundSide {
  const { servers, bindings, context, isSystemCaller } = dependencies;
  const outside = <result>(work: () => result): result => context.run(undefined, work);
  const inboundServers = createInboundServers({ servers, bindings, outside, diagnostics, now });
  const markers = createRevocationMarkers({ now, diagnostics });
  const questions = inbound && createInboundQuestions(inbound, { ...dependencies, ...inboundServers, outside });
  const parts = { tenants, encryptionKeys, fetch, isSystemCaller, markers, diagnostics, now, ...inboundServers };
  return {
    markers,
    ownRealm: () => toOwnRealm(root, inbound, inboundServers),
    inbound: inbound && questions && connectInbound({ ...parts, ...questions, inbound }),
  };
}

/** Connects the parts of an instance. */
export function createEngine(configuration: ResolvedConfiguration, options: EngineOptions): Engine {
  const {
    logger = stderrLogger,
    now = Date.now,
    httpServiceProvider = (given) => new HttpServiceProvider(given),
  } = options;
  const { insecureRequestsAllowed, inbound, messageIdHeader, root } = configuration;
  const { release, ...context } = createContextStorage();
  const diagnostics = createDiagnostics(configuration.name, logger);
  const transport = createTransport({ connectTimeoutMs: backendConnectTimeoutMs });
  const serverTransport = createTransport({ connectTimeoutMs: serverConnectTimeoutMs });
  const fetch = options.fetch ?? createServerFetch(serverTransport);
  const tokenParts = connectTokens(configuration, { fetch, diagnostics, now });
  const dependencies: HttpServiceProviderDependencies = {
    ...tokenParts.tokenMemory.filledBy,
    tokenMemory: tokenParts.tokenMemory,
    context,
    transport,
    diagnostics,
    now,
    insecureRequestsAllowed,
    authorizationHeader: inbound?.authenticators[0].headers[0] ?? "authorization",
    messageIdHeader,
    forTenant: createForTenant(configuration.tenant),
    isSystemCaller: configuration.isSystemCaller ?? isSystemByClaims,
    root,
  };
  return {
    context,
    diagnostics,
    now,
    ...connectInboundSide(configuration, { ...dependencies, ...tokenParts }, { fetch, diagnostics, now }),
    httpServiceProvider: httpServiceProvider(dependencies),
    dependencies,
    async close() {
      await Promise.all([transport.close(), serverTransport.close()]);
      release();
    },
  };
}
