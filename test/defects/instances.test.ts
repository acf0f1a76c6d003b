import { createBehalf, HttpServiceProvider, type HttpServiceProviderDependencies } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { recordEvents } from "../support/record-events.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

/** Opens an instance with a provider that notes when it is used. */
function open({ as, backend }: Servers, name: string, used: string[]) {
  class NotingProvider extends HttpServiceProvider {
    protected override onTokenExchangeAuthentication(
      ...given: Parameters<HttpServiceProvider["onTokenExchangeAuthentication"]>
    ): ReturnType<HttpServiceProvider["onTokenExchangeAuthentication"]> {
      used.push(name);
      return super.onTokenExchangeAuthentication(...given);
    }
  }
  const behalf = createBehalf({
    ...toRoot(as),
    name,
    httpServiceProvider: (dependencies: HttpServiceProviderDependencies) => new NotingProvider(dependencies),
    services: { stock: { host: backend.url, grantType: "tokenExchange", audience: the.audience } },
  });
  closeAfterTest(behalf);
  const call = async (token?: string): Promise<boolean> => {
    const { run } = await receive(behalf, token ?? (await as.issue(some.claims())));
    return run(async () => (await behalf.service("stock").get("/")).ok);
  };
  return { behalf, call };
}

describe("instances in one process", () => {
  it("B-33: have all their parts each, the third as well as the first", async () => {
    const servers = await startServers();
    const used: string[] = [];
    for (const name of ["first", "second", "third"]) expect(await open(servers, name, used).call()).toBe(true);
    expect(used).toEqual(["first", "second", "third"]);
    expect(servers.backend.requests).toHaveLength(3);
  });

  it("B-33: tell of each call once, however many there are", async () => {
    const servers = await startServers();
    const instances = ["first", "second", "third"].map((name) => open(servers, name, []));
    const records = recordEvents("behalf:call");
    for (const { call } of instances) await call();
    expect(records.map(({ instance }) => instance)).toEqual(["first", "second", "third"]);
  });

  it("B-33: share no token and no failure", async () => {
    const { as, backend } = await startServers();
    const [first, second] = [open({ as, backend }, "first", []), open({ as, backend }, "second", [])];
    const token = await as.issue(some.claims());
    as.faults.next("token", fault.oauthError("invalid_grant"), fault.oauthError("invalid_client"));
    expect([await first.call(token), await first.call(await as.issue(some.claims()))]).toEqual([false, false]);
    expect([await second.call(token), await first.call(token)]).toEqual([true, false]);
    expect(as.count("token")).toBe(3);
  });

  it("B-33: go on when another one is closed", async () => {
    const servers = await startServers();
    const [first, second] = [open(servers, "first", []), open(servers, "second", [])];
    await Promise.all([first.call(), second.call()]);
    await first.behalf.close();
    expect(await second.call()).toBe(true);
  });
});
