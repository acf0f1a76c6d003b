import {
  createBehalf,
  HttpClientOptions,
  type HttpServiceProvider,
  type HttpServiceProviderDependencies,
  type Logger,
} from "behalf";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import type { Servers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

interface Opening {
  readonly provider?: (dependencies: HttpServiceProviderDependencies) => HttpServiceProvider;
  readonly authorizationHeader?: string;
  readonly serverTiming?: boolean;
  readonly logger?: Logger;
}

/** Opens an API with a service that it calls for its caller, one that it calls as itself, and one that takes no token. */
export function openServices(
  { as, backend }: Servers,
  { provider, authorizationHeader = "authorization", serverTiming = false, logger }: Opening = {},
) {
  const root = toRoot(as);
  return closeAfterTest(
    createBehalf({
      ...root,
      inbound: { ...root.inbound, authorizationHeader },
      serverTiming,
      ...(logger ? { logger } : {}),
      ...(provider ? { httpServiceProvider: provider } : {}),
      services: {
        inventory: {
          host: backend.url,
          basePath: "/v1",
          grantType: "tokenExchange",
          audience: the.audience,
          endpoints: { item: "/items" },
        },
        shipping: {
          host: backend.url,
          grantType: "clientCredentials",
          scope: the.scope,
          endpoints: { rates: "/rates" },
        },
        weather: { host: backend.url, endpoints: { today: "/today" } },
      },
    }),
  );
}

/** Opens the same API with a provider of this class, and gives that too. */
export function openWithProvider<provider extends HttpServiceProvider>(
  servers: Servers,
  Provider: new (dependencies: HttpServiceProviderDependencies) => provider,
  opening: Omit<Opening, "provider"> = {},
): { readonly behalf: Opened; readonly provider: provider } {
  const made: provider[] = [];
  const behalf = openServices(servers, {
    ...opening,
    provider: (dependencies) => {
      const one = new Provider(dependencies);
      made.push(one);
      return one;
    },
  });
  const [provider] = made;
  if (!provider) throw new Error("No provider was made");
  return { behalf, provider };
}

type Opened = ReturnType<typeof openServices>;

/** Options for a client that acts for the caller. */
export function onBehalf(behalf: Opened): HttpClientOptions {
  return new HttpClientOptions({ authConfig: behalf.service("inventory").authConfig });
}

/** Options for a client that acts for the API itself. */
export function asItself(behalf: Opened): HttpClientOptions {
  return new HttpClientOptions({ authConfig: behalf.service("shipping").authConfig });
}
