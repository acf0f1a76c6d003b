import {
  type AuthenticatorOptions,
  type Behalf,
  createBehalf,
  type InboundSettings,
  type Logger,
  type Now,
} from "behalf";
import { onTestFinished } from "vitest";
import { toRoot } from "../support/open-behalf.ts";
import type { ScriptedAs } from "../support/scripted-as.ts";
import type { Backend } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import type { AdapterSettings, ContractRoute, RunningApi, StartApi } from "./api-under-test.ts";

type Services = { readonly inventory: { readonly item: "/items/{sku}"; readonly slow: "/slow" } };

/** What of orders-api a test may change. */
export interface OrdersSettings {
  readonly inbound?: Partial<Omit<InboundSettings, "type">> & {
    readonly authenticators?: Readonly<Record<string, AuthenticatorOptions>>;
  };
  readonly serverTiming?: boolean;
  readonly logger?: Logger;
  readonly now?: Now;
  readonly adapter?: AdapterSettings;
}

/** orders-api: it calls inventory on behalf of its caller. */
export interface OrdersApi {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly behalf: Behalf<Services>;
  readonly running: RunningApi;
  /** The headers that carry a token of this person. */
  tokenOf(person: string, claims?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, string>>>;
  /** Sends a request; a body makes it a POST. */
  ask(path: string, headers?: Readonly<Record<string, string>>, body?: unknown): Promise<Response>;
}

/** Makes the routes of a test. */
export type MakeRoutes = (behalf: Behalf<Services>) => readonly ContractRoute[];

/** A route that gives what inventory says of an item. */
export const itemRoute: MakeRoutes = (behalf) => {
  const item = behalf.service("inventory").endpoint("item");
  return [
    {
      method: "GET",
      path: "/orders/:sku",
      handler: ({ params }) =>
        item
          .get({ params: { sku: params.sku ?? "" } })
          .json()
          .unwrap(),
    },
  ];
};

/** Starts orders-api with all that it talks to, until the current test ends. */
export async function openOrdersApi(
  start: StartApi,
  makeRoutes: MakeRoutes = itemRoute,
  { inbound = {}, adapter, ...settings }: OrdersSettings = {},
): Promise<OrdersApi> {
  const { as, backend } = await startServers();
  const root = toRoot(as);
  const behalf = createBehalf({
    ...root,
    ...settings,
    inbound: { ...root.inbound, ...inbound },
    serviceDefaults: { grantType: "tokenExchange" },
    services: {
      inventory: {
        host: backend.url,
        audience: the.audience,
        endpoints: { item: "/items/{sku}", slow: { path: "/slow", timeoutMs: 30 } },
      },
    },
  });
  const running = await start(behalf, makeRoutes(behalf), adapter);
  onTestFinished(() => running.close());
  return {
    as,
    backend,
    behalf,
    running,
    tokenOf: async (sub, claims) => ({ authorization: `Bearer ${await as.issue(some.claims({ sub, ...claims }))}` }),
    ask: (path, headers = {}, body) =>
      fetch(`${running.url}${path}`, {
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      }),
  };
}
