import { type AuthOptions, type Behalf, createBehalf, type TenantOptions } from "behalf";
import type { Clock } from "../../support/clock.ts";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { createRecordingLogger, type RecordingLogger } from "../../support/recording-logger.ts";
import { the } from "../../support/the.ts";

type Paths = { readonly items: "/items" };

/** An instance whose service `inventory` has the endpoint `items`. */
export type InventoryApi = Behalf<{ readonly inventory: Paths }>;

/** Whom the instance talks to, and as whom. */
export interface InventoryPlan {
  readonly authority: string;
  readonly backend: { readonly url: string };
  /** What the root says of tokens, besides the client. */
  readonly root?: AuthOptions;
  /** What the service says of tokens. */
  readonly service?: AuthOptions;
  readonly tenants?: Readonly<Record<string, TenantOptions>>;
  readonly clock?: Clock;
  readonly logger?: RecordingLogger;
}

/** Creates an instance that calls inventory by client credentials, unless told; it is closed when the current test ends. */
export function createInventoryApi(plan: InventoryPlan): InventoryApi {
  const { authority, backend, root, service, tenants, clock, logger = createRecordingLogger() } = plan;
  return closeAfterTest(
    createBehalf({
      authority,
      clientId: the.clientId,
      inbound: { audience: the.clientId },
      environment: false,
      logger,
      ...root,
      ...(tenants && { tenants }),
      ...(clock && { now: clock.now }),
      services: {
        inventory: {
          host: backend.url,
          grantType: "clientCredentials",
          audience: the.audience,
          ...service,
          endpoints: { items: { path: "/items" } },
        },
      },
    }),
  );
}
