import { connectStore } from "../../packages/behalf/src/lib/behalf/connect-store.ts";
import { createDiagnostics } from "../../packages/behalf/src/lib/diagnostics/diagnostics.ts";
import type { Logger } from "../../packages/behalf/src/lib/diagnostics/logger.ts";
import type { Servers } from "../../packages/behalf/src/lib/oauth/servers.ts";
import { createEvictions, type Evictions } from "../../packages/behalf/src/lib/tokens/eviction/evictions.ts";
import { createMemoryStore, type MemoryBounds } from "../../packages/behalf/src/lib/tokens/memory-store.ts";
import { createRefreshChains } from "../../packages/behalf/src/lib/tokens/refresh-chains.ts";
import type { SharedStore } from "../../packages/behalf/src/lib/tokens/shared-store.ts";
import { createTokenService, type TokenService } from "../../packages/behalf/src/lib/tokens/token-service.ts";
import type { Now } from "../../packages/behalf/src/lib/values/clock.ts";
import { Secret } from "../../packages/behalf/src/lib/values/secret.ts";
import { nameUser } from "./users.ts";

/** A process that gives tokens. */
export interface SimulatedProcess {
  readonly tokens: TokenService;
  readonly evictions: Evictions;
  /** Ends it, whatever it was about: its memory is gone, and its store is not to be reached. */
  kill(): void;
}

/** What a process is started with. */
export interface ProcessOptions {
  readonly servers: Servers;
  /** Its connection to what is shared; `undefined` for none. */
  readonly store: SharedStore | undefined;
  readonly bounds: MemoryBounds;
  readonly now: Now;
}

const ignore = (): void => {};
const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const encryptionKeys = [{ id: "simulated", key: new Secret(Buffer.alloc(32, 7).toString("base64")) }];

/** Starts a process. */
export function startProcess({ servers, store, bounds, now }: ProcessOptions): SimulatedProcess {
  const diagnostics = createDiagnostics("simulated", silent);
  const shared = store && connectStore(store, { encryptionKeys, unencryptedAllowed: false, diagnostics, now });
  const memory = createMemoryStore(bounds);
  const chains = createRefreshChains(now);
  const evictions = createEvictions({ now, nameParty: nameUser });
  return {
    tokens: createTokenService({ store: memory, servers, shared, evictions, chains, diagnostics, now }),
    evictions,
    kill: () => void shared?.close(),
  };
}
