import type { AuthOptions, SecretGiven } from "behalf";
import { type Clock, createClock } from "../../support/clock.ts";
import { createRecordingLogger, type RecordingLogger } from "../../support/recording-logger.ts";
import type { RefreshGrant, ScriptedAs, ScriptedAsOptions } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createInventoryApi, type InventoryApi } from "./inventory-api.ts";

/** Servers with one clock, where tokens live for five minutes. */
export interface RefreshWorld {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly logger: RecordingLogger;
  /** Gives out a refresh token of alice's. */
  issue(changes?: Partial<RefreshGrant>): string;
  /** Creates an instance that calls inventory by this refresh token. */
  create(refreshToken: SecretGiven, changes?: AuthOptions): InventoryApi;
  /** The refresh tokens that were sent, in order. */
  sent(): readonly (string | null)[];
  /** Lets every token in memory end. */
  letTokensEnd(): void;
}

export const call = (api: InventoryApi): Promise<unknown> => api.service("inventory").endpoint("items").get().unwrap();

/** Starts the servers. */
export async function openRefreshWorld(options: ScriptedAsOptions = {}): Promise<RefreshWorld> {
  const clock = createClock();
  const { as, backend } = await startServers({ clock, ...options });
  const logger = createRecordingLogger();
  const root = { clientSecret: the.clientSecret };
  return {
    as,
    backend,
    clock,
    logger,
    issue: (changes) => as.issueRefreshToken({ clientId: the.clientId, sub: the.alice, scope: the.scope, ...changes }),
    create: (refreshToken, changes) =>
      createInventoryApi({
        authority: as.issuer,
        backend,
        clock,
        logger,
        root,
        service: { grantType: "refreshToken", refreshToken, ...changes },
      }),
    sent: () => as.tokenRequests.map(({ form }) => form.get("refresh_token")),
    letTokensEnd: () => clock.advance(300_000),
  };
}
