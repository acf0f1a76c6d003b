import { createBehalf } from "behalf";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, type ReceivedRequest, receive, toRoot } from "../support/open-behalf.ts";
import { some } from "../support/some.ts";
import { startAs, startOneBackend } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const { otherClientId, otherClientSecret } = the;
const exchange = "tokenExchange";

/** The services of an API, two of which use the same tokens. */
export function toServices(host: string) {
  const inventory = { host, grantType: exchange, audience: the.audience } as const;
  return {
    inventory: { ...inventory, endpoints: { item: "/items", scoped: { path: "/scoped", scope: "stock:read" } } },
    copy: inventory,
    shipping: { ...inventory, audience: the.otherAudience },
    billing: { ...inventory, clientId: otherClientId, clientSecret: otherClientSecret },
    own: { host, grantType: "clientCredentials" },
  } as const;
}

export type ServiceName = keyof ReturnType<typeof toServices>;

/** Starts both servers, and a clock that all go by. */
export async function startEvictionServers() {
  const clock = createClock();
  const clients = [some.client(), some.client({ clientId: otherClientId, clientSecret: otherClientSecret })];
  const [as, backend] = [await startAs({ clock, clients }), await startOneBackend()];
  const settings = { ...toRoot(as), now: clock.now, services: toServices(backend.url) };
  return { clock, as, backend, settings };
}

/** Opens an instance, in which alice and bob call several services. */
export async function openEvictions(changes: object = {}) {
  const servers = await startEvictionServers();
  const { as } = servers;
  const behalf = closeAfterTest(createBehalf({ ...servers.settings, ...changes }));

  const requestOf = async (sub: string, claims: object = {}): Promise<ReceivedRequest> =>
    receive(behalf, await as.issue(some.claims({ sub, ...claims })));

  /** Makes a call; tells how often the authorization server was asked for it. */
  const asks = async (request: ReceivedRequest, name: ServiceName): Promise<number> => {
    const before = as.count("token");
    await request.run(() => behalf.service(name).get("/").unwrap());
    return as.count("token") - before;
  };
  return { ...servers, behalf, requestOf, asks };
}
