import type { ResolvedConfiguration } from "../config/resolved.ts";
import { type ContextStorage, createContextStorage } from "../context/context-storage.ts";
import { createDiagnostics, type Diagnostics } from "../diagnostics/diagnostics.ts";
import { type Logger, stderrLogger } from "../diagnostics/logger.ts";
import type { IssuerRealm } from "../inbound/authenticators/issuer-realm.ts";
import type { ServerFetch } from "../oauth/server-connection.ts";
import type { ServerHealth } from "../oauth/server-health.ts";
import { createServers, type Servers } from "../oauth/servers.ts";
import { createForTenant } from "../services/for-tenant.ts";
import { HttpServiceProvider } from "../services/http-service-provider.ts";
import type { HttpServiceProviderDependencies } from "../services/http-service-provider-options.ts";
import { isSystemCaller as isSystemByClaims } from "../services/is-system-caller.ts";
import { createTokenMemory, type TokenMemory } from "../services/token-memory.ts";
import { createMemoryStore, type MemoryStats } from "../tokens/memory-store.ts";
import { createSharedChains } from "../tokens/refresh/shared-chains.ts";
import { createRefreshChains } from "../tokens/refresh-chains.ts";
import type { StoreHealth } from "../tokens/shared/guard-store.ts";
import type { SharedStore } from "../tokens/shared-store.ts";
import { createTokenBindings, type TokenBindings } from "../tokens/token-bindings.ts";
import { createTokenService, type FlightStats } from "../tokens/token-service.ts";
import { createResilience } from "../transport/resilience/create-resilience.ts";
import { createServerFetch } from "../transport/server-fetch.ts";
import { createTransport } from "../transport/transport.ts";
import type { Now } from "../values/clock.ts";
import { type ConnectedEvictions, connectEvictions } from "./connect-evictions.ts";
import { type ConnectedInbound, connectInbound } from "./connect-inbound.ts";
import { connectStore, type SharedParts } from "./connect-store.ts";
import { createEnding } from "./ending.ts";
import { createInboundQuestions } from "./inbound-questions.ts";
import { createInboundServers, toOwnRealm } from "./inbound-servers.ts";
import type { InboundSharing } from "./inbound-sharing.ts";

/** The parts that a program may replace. */
export interface EngineOptions {
  readonly logger?: Logger | undefined;
  readonly now?: Now | undefined;
  readonly fetch?: ServerFetch | undefined;
  readonly store?: SharedStore | undefined;
  readonly ambientContext?: boolean | undefined;
  readonly unencryptedStoreAllowed?: boolean | undefined;
  readonly httpServiceProvider?: ((dependencies: HttpServiceProviderDependencies) => HttpServiceProvider) | undefined;
}

/** All parts of an instance, connected. */
export interface Engine extends InboundSharing, Pick<ConnectedEvictions, "namesOfIssuer" | "callerNames"> {
  readonly context: ContextStorage;
  readonly diagnostics: Diagnostics;
  readonly inbound: ConnectedInbound | undefined;
  /** The realm of the instance's own authority: whose word on ended sessions is taken. */
  ownRealm(): IssuerRealm;
  readonly httpServiceProvider: HttpServiceProvider;
  /** What the provider was made with. */
  readonly dependencies: HttpServiceProviderDependencies;
  readonly now: Now;
  /** How the authorization servers are that were asked. */
  health(): readonly ServerHealth[];
  /** How the shared store is; `undefined` where there is none. */
  storeHealth(): StoreHealth | undefined;
  /** What the token memory holds, and what is being fetched for it. */
  stats(): TokenStats;
  close(): Promise<void>;
}

const backendConnectTimeoutMs = 10_000;
const serverConnectTimeoutMs = 2_000;

/** What reaches servers, and whom records and logs are for. */
interface Surroundings extends ConnectedEvictions {
  readonly fetch: ServerFetch;
  readonly diagnostics: Diagnostics;
  readonly now: Now;
  readonly shared: SharedParts | undefined;
}

/** What the token memory holds, and what is being fetched for it. */
export interface TokenStats extends MemoryStats, FlightStats {}

/** The authorization servers, and the tokens that they gave. */
interface TokenParts {
  readonly authority: string;
  readonly servers: Servers;
  readonly bindings: TokenBindings;
  readonly tokenMemory: TokenMemory;
  stats(): TokenStats;
  /** Waits until no token is being fetched. */
  settle(): Promise<void>;
}

function connectTokens(
  configuration: ResolvedConfiguration,
  { fetch, diagnostics, now, shared, evictions }: Surroundings,
): TokenParts {
  const { insecureRequestsAllowed, root } = configuration;
  const authority = root.authority ?? configuration.authority.href;
  const servers = createServers({ fetch, insecureRequestsAllowed, diagnostics, now });
  const bindings = createTokenBindings(now);
  const store = createMemoryStore(configuration);
  const chains = createRefreshChains(now, shared && createSharedChains({ ...shared, diagnostics }));
  const tokens = createTokenService({ store, servers, shared, evictions, chains, diagnostics, now });
  const tokenMemory = createTokenMemory(tokens, { authority, bindings });
  const stats = (): TokenStats => ({ ...store.stats(), ...tokens.stats() });
  return { authority, servers, bindings, tokenMemory, stats, settle: () => tokens.settle() };
}

type InboundSide = Pick<Engine, "inbound" | "ownRealm">;

/** Connects the inbound side. What it asks is nobody's request: several may wait for the answer. */
function connectInboundSide(
  { inbound, tenants, encryptionKeys, root }: ResolvedConfiguration,
  dependencies: HttpServiceProviderDependencies & TokenParts,
  surroundings: Surroundings,
): InboundSide {
  const { servers, bindings, context, isSystemCaller } = dependencies;
  const { diagnostics, now } = surroundings;
  const outside = <result>(work: () => result): result => context.run(undefined, work);
  const inboundServers = createInboundServers({ servers, bindings, outside, diagnostics, now });
  const questions = inbound && createInboundQuestions(inbound, { ...dependencies, ...inboundServers, outside });
  const parts = { tenants, encryptionKeys, isSystemCaller, ...surroundings, ...inboundServers };
  return {
    ownRealm: () => toOwnRealm(root, inbound, inboundServers),
    inbound: inbound && questions && connectInbound({ ...parts, ...questions, inbound }),
  };
}

function connectShared(
  { encryptionKeys }: ResolvedConfiguration,
  { store, unencryptedStoreAllowed = false }: EngineOptions,
  surroundings: Pick<Surroundings, "diagnostics" | "now">,
): SharedParts | undefined {
  return store && connectStore(store, { encryptionKeys, unencryptedAllowed: unencryptedStoreAllowed, ...surroundings });
}

const createProvider = (given: HttpServiceProviderDependencies): HttpServiceProvider => new HttpServiceProvider(given);

/** Connects the parts of an instance. */
export function createEngine(configuration: ResolvedConfiguration, options: EngineOptions): Engine {
  const { logger = stderrLogger, now = Date.now, httpServiceProvider = createProvider } = options;
  const { insecureRequestsAllowed, inbound, messageIdHeader, deadlineHeader, root } = configuration;
  const { release, ...context } = createContextStorage({ ambient: options.ambientContext ?? true });
  const diagnostics = createDiagnostics(configuration.name, logger);
  const transport = createTransport({ connectTimeoutMs: backendConnectTimeoutMs });
  const serverTransport = createTransport({ connectTimeoutMs: serverConnectTimeoutMs });
  const fetch = options.fetch ?? createServerFetch(serverTransport);
  const shared = connectShared(configuration, options, { diagnostics, now });
  const evicting = connectEvictions(inbound, { shared, diagnostics, now });
  const surroundings = { fetch, diagnostics, now, shared, ...evicting };
  const tokenParts = connectTokens(configuration, surroundings);
  const connections = [transport, serverTransport, evicting.markerSharing];
  const ending = createEnding({ settle: tokenParts.settle, connections, shared, release });
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
    deadlineHeader,
    reservedHeaders: deadlineHeader === undefined ? [messageIdHeader] : [messageIdHeader, deadlineHeader],
    resilience: createResilience({ diagnostics, wallNow: now }),
    choosesTenant: configuration.tenant !== undefined,
    forTenant: createForTenant(configuration.tenant),
    isSystemCaller: configuration.isSystemCaller ?? isSystemByClaims,
    nameSubject: evicting.callerNames.note,
    isClosed: ending.isClosed,
    root,
  };
  const inboundSide = connectInboundSide(configuration, { ...dependencies, ...tokenParts }, surroundings);
  return {
    context,
    diagnostics,
    now,
    ...evicting,
    ...inboundSide,
    httpServiceProvider: httpServiceProvider(dependencies),
    dependencies,
    health: () => tokenParts.servers.health(),
    storeHealth: () => shared?.store.health(),
    stats: tokenParts.stats,
    close: ending.close,
  };
}
