import { type AnyBehalfError, type Behalf, createBehalf, isBehalfError, type SecretGiven } from "behalf";
import { type Clock, createClock } from "../../support/clock.ts";
import { createMemoryServer, type MemoryServer } from "../../support/memory-shared-store.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { createRecordingLogger, type RecordingLogger } from "../../support/recording-logger.ts";
import type { ScriptedAs, ScriptedAsOptions } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";

type Services = "stock" | "prices" | "jobs";

/** An instance: `stock` and `prices` by a refresh token, of two scopes; `jobs` as the API itself. */
export type FleetInstance = Behalf<Readonly<Record<Services, Readonly<Record<never, never>>>>>;

/** How an instance differs from the others. */
export interface InstanceChanges {
  readonly refreshReuse?: boolean;
  readonly encryptionKeys?: readonly { readonly id: string; readonly key: string }[];
}

/** Instances that share a store, and a server that ends the whole family of a refresh token that comes twice. */
export interface Fleet {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly server: MemoryServer;
  readonly logger: RecordingLogger;
  /** Gives out a refresh token of alice's. */
  issue(): string;
  open(refreshToken: SecretGiven, changes?: InstanceChanges): FleetInstance;
  openAll(count: number, refreshToken: SecretGiven): readonly FleetInstance[];
  /** The refresh tokens that were sent, in order. */
  sent(): readonly (string | null)[];
  /** Lets all access tokens end. */
  letTokensEnd(): void;
}

export const fleetKeys: readonly { readonly id: string; readonly key: string }[] = [{ id: "a", key: "A".repeat(43) }];

/** Calls a service; gives the status, or the error. */
export async function tryCall(instance: FleetInstance, service: Services = "stock"): Promise<number | AnyBehalfError> {
  const outcome = await instance.service(service).get("/");
  if (outcome.ok) return outcome.value.status;
  if (isBehalfError(outcome.error)) return outcome.error;
  throw outcome.error;
}

/** Calls a service; gives the status, or the code of the error. */
export async function call(instance: FleetInstance, service?: Services): Promise<number | string> {
  const end = await tryCall(instance, service);
  return typeof end === "number" ? end : end.code;
}

/** Starts the servers. Access tokens live for five minutes. */
export async function openFleet(options: ScriptedAsOptions = {}): Promise<Fleet> {
  const clock = createClock();
  const { as, backend } = await startServers({ clock, ...options });
  const server = createMemoryServer();
  const logger = createRecordingLogger();
  const scope = `${the.scope} ${the.otherScope}`;
  const open: Fleet["open"] = (refreshToken, { encryptionKeys = fleetKeys, ...changes } = {}) => {
    const own = { host: backend.url, grantType: "refreshToken", refreshToken, ...changes } as const;
    return closeAfterTest(
      createBehalf({
        ...toRoot(as),
        logger,
        now: clock.now,
        encryptionKeys,
        store: server.connect(),
        services: {
          stock: { ...own, scope: the.scope },
          prices: { ...own, scope: the.otherScope },
          jobs: { host: backend.url, grantType: "clientCredentials" },
        },
      }),
    );
  };
  return {
    as,
    backend,
    clock,
    server,
    logger,
    issue: () => as.issueRefreshToken({ clientId: the.clientId, sub: the.alice, scope }),
    open,
    openAll: (count, refreshToken) => Array.from({ length: count }, () => open(refreshToken)),
    sent: () => as.tokenRequests.map(({ form }) => form.get("refresh_token")).filter((token) => token !== null),
    letTokensEnd: () => clock.advance(300_000),
  };
}
