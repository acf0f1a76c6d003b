import { type Behalf, createBehalf, type GrantTypeName } from "behalf";
import type { Clock } from "./clock.ts";
import { closeAfterTest, type ReceivedRequest, receive, toRoot } from "./open-behalf.ts";
import type { ScriptedAs } from "./scripted-as.ts";
import type { Backend } from "./scripted-backend.ts";
import { some } from "./some.ts";
import { startServers } from "./start-servers.ts";
import { the } from "./the.ts";

type Paths = { readonly item: "/items/{sku}"; readonly items: "/items"; readonly late: "/late" };

/** An instance that calls one backend, and both servers. */
export interface Inventory {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly behalf: Behalf<{ readonly inventory: Paths }>;
  /** A request of this person, whose token was validated. */
  receive(person?: string): Promise<ReceivedRequest>;
}

/** What of the instance a test may change. */
export interface InventorySettings {
  readonly grantType?: GrantTypeName;
  readonly clock?: Clock;
}

/** Starts the servers, and an instance that calls inventory below `/v1` with a token for its caller. */
export async function openInventory({
  grantType = "tokenExchange",
  clock,
}: InventorySettings = {}): Promise<Inventory> {
  const { as, backend } = await startServers(clock ? { clock } : {});
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...(clock ? { now: clock.now } : {}),
      services: {
        inventory: {
          host: backend.url,
          basePath: "/v1",
          grantType,
          audience: the.audience,
          endpoints: {
            item: "/items/{sku}",
            items: { path: "/items", methods: ["GET", "POST"] },
            late: { path: "/late", timeoutMs: 30 },
          },
        },
      },
    }),
  );
  return {
    as,
    backend,
    behalf,
    receive: async (person = the.alice) => receive(behalf, await as.issue(some.claims({ sub: person }))),
  };
}
