import { type Behalf, createBehalf, type ServiceDefaultsOptions } from "behalf";
import { closeAfterTest, type RootSettings, toRoot } from "../../support/open-behalf.ts";
import type { ScriptedAs } from "../../support/scripted-as.ts";
import type { Backend } from "../../support/scripted-backend.ts";
import { startServers } from "../../support/start-servers.ts";

type Paths = { readonly item: "/items/{sku}"; readonly items: "/items"; readonly other: "/other" };

/** An API that calls one backend as itself, and both servers. */
export interface Calls {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly behalf: Behalf<{ readonly inventory: Paths }>;
  readonly logger: RootSettings["logger"];
}

/** What a test may set. */
export interface CallsSettings {
  readonly inventory?: ServiceDefaultsOptions;
  readonly defaults?: ServiceDefaultsOptions;
  readonly root?: { readonly deadlineHeader?: string };
}

/** Starts the servers, and an API that calls inventory below `/v1` with client credentials. */
export async function openCalls({ inventory = {}, defaults = {}, root = {} }: CallsSettings = {}): Promise<Calls> {
  const { as, backend } = await startServers();
  const settings = toRoot(as);
  const behalf = closeAfterTest(
    createBehalf({
      ...settings,
      ...root,
      serviceDefaults: { grantType: "clientCredentials", ...defaults },
      services: {
        inventory: {
          host: backend.url,
          basePath: "/v1",
          ...inventory,
          endpoints: { item: "/items/{sku}", items: "/items", other: "/other" },
        },
      },
    }),
  );
  return { as, backend, behalf, logger: settings.logger };
}
