import { type BackendService, createBehalf, type HttpClient, HttpClientOptions, type RequestHook } from "behalf";
import { toRoot } from "../../support/open-behalf.ts";
import { startScriptedAs } from "../../support/scripted-as.ts";
import { type RecordingServer, startRecordingServer } from "./recording-server.ts";
import type { Places } from "./vocabulary.ts";

type Paths = { readonly item: "/items/{sku}"; readonly part: "/items/{sku}/{part?}"; readonly read: "/read" };

/** An instance that calls one backend as itself, and the server beside that nothing may reach. */
export interface World {
  readonly places: Places;
  readonly backend: RecordingServer;
  readonly elsewhere: RecordingServer;
  /** Below `/v1`; it follows no redirect. */
  readonly inventory: BackendService<Paths>;
  /** At the root of the same origin. */
  readonly open: BackendService;
  /** Below `/v1`; it follows five redirects. */
  readonly moving: BackendService<Paths>;
  /** At the root; it follows five redirects. */
  readonly movingOpen: BackendService;
  /** Below `/v1`; {@link hooked} is its hook. */
  readonly told: BackendService<Paths>;
  /** What the hook of `told` wants of the next request. */
  hook: RequestHook;
  /** A client with a token for the backend, without a base address. */
  openClient(options?: HttpClientOptions): Promise<HttpClient>;
  /** A client without a token. */
  openBareClient(): Promise<HttpClient>;
  /** Forgets what the servers received. */
  reset(): void;
  close(): Promise<void>;
}

const hostOf = (url: string): string => new URL(url).host;

function toPlaces(backend: RecordingServer, elsewhere: RecordingServer): Places {
  return {
    backend: backend.url,
    backendHost: hostOf(backend.url),
    backendPort: new URL(backend.url).port,
    elsewhere: elsewhere.url,
    elsewhereHost: hostOf(elsewhere.url),
  };
}

/** Starts both servers, an authorization server and an instance. */
export async function openWorld(): Promise<World> {
  const as = await startScriptedAs();
  const [backend, elsewhere] = [await startRecordingServer(), await startRecordingServer()];
  const endpoints = {
    item: "/items/{sku}",
    part: "/items/{sku}/{part?}",
    read: { path: "/read", methods: ["GET"] },
  } as const;
  const below = { host: backend.url, basePath: "/v1", endpoints };
  const behalf = createBehalf({
    ...toRoot(as),
    serviceDefaults: { grantType: "clientCredentials" },
    services: {
      inventory: below,
      open: { host: backend.url },
      moving: { ...below, maxRedirects: 5 },
      movingOpen: { host: backend.url, maxRedirects: 5 },
      told: { ...below, onRequest: (request) => world.hook(request) },
      bare: { host: elsewhere.url, grantType: "none" },
    },
  });

  const open = async (options: HttpClientOptions): Promise<HttpClient> =>
    behalf.httpServiceProvider.getClient(options).unwrap();

  const world: World = {
    places: toPlaces(backend, elsewhere),
    backend,
    elsewhere,
    inventory: behalf.service("inventory"),
    open: behalf.service("open"),
    moving: behalf.service("moving"),
    movingOpen: behalf.service("movingOpen"),
    told: behalf.service("told"),
    hook: () => undefined,
    openClient: (options = new HttpClientOptions()) => open(options.withAuthConfig(world.inventory.authConfig)),
    openBareClient: () => open(new HttpClientOptions({ authConfig: behalf.service("bare").authConfig })),
    reset() {
      backend.reset();
      elsewhere.reset();
    },
    async close() {
      await behalf.close();
      await Promise.all([as.close(), backend.close(), elsewhere.close()]);
    },
  };
  return world;
}
