import { createBehalf, HttpClientOptions, HttpServiceProvider } from "behalf";
import { describe, expect, it } from "vitest";
import { findMarks, mark } from "../../support/marks.ts";
import { closeAfterTest, toRoot } from "../../support/open-behalf.ts";
import { startServers } from "../../support/start-servers.ts";

const marked = (of: string) => ({
  extraParameters: { region: mark(`${of}-parameter`) },
  authorizationDetails: [{ type: "stock", secret: mark(`${of}-detail`) }],
});

/** An instance that keeps the options of every client that it is asked for. */
async function open(asksDelegate: boolean) {
  const { as, backend } = await startServers();
  const seen: HttpClientOptions[] = [];
  class Recording extends HttpServiceProvider {
    override getClient(...[options, how]: Parameters<HttpServiceProvider["getClient"]>) {
      if (options) seen.push(options);
      return super.getClient(options, how);
    }
  }
  const behalf = closeAfterTest(
    createBehalf({
      ...toRoot(as),
      ...marked("root"),
      ...(asksDelegate && { configDelegate: { getScope: () => undefined } }),
      services: {
        inventory: {
          host: backend.url,
          grantType: "clientCredentials",
          ...marked("service"),
          endpoints: { item: { path: "/items", ...marked("endpoint") } },
        },
      },
      httpServiceProvider: (given) => new Recording(given),
    }),
  );
  return { as, inventory: behalf.service("inventory"), seen };
}

describe.each([
  ["as it is", false],
  ["that a delegate answers for", true],
])("an auth configuration %s", (_how, asksDelegate) => {
  it("shows no parameter of its own", async () => {
    const { inventory } = await open(asksDelegate);
    const configs = [inventory.authConfig, inventory.endpoint("item").authConfig];
    for (const authConfig of configs) {
      expect(findMarks(authConfig)).toEqual([]);
      expect(findMarks({ authConfig, options: new HttpClientOptions({ authConfig }) })).toEqual([]);
    }
  });

  it("shows no parameter of a call", async () => {
    const { as, inventory, seen } = await open(asksDelegate);
    await inventory.get("/", marked("call")).unwrap();
    await inventory.endpoint("item").get(marked("call")).unwrap();
    expect(seen).toHaveLength(2);
    for (const options of seen) expect(findMarks([options, options.authConfig])).toEqual([]);
    expect(as.tokenRequest().form.get("region")).toBe(mark("call-parameter"));
  });
});
