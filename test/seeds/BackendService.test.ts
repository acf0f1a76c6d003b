import {
  type ActorToken,
  BackendService,
  ConfigurationError,
  createBehalf,
  type HttpClientOptions,
  type Outcome,
  type Place,
} from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { some } from "../support/some.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const thrown = new Error("The hook is broken");

/** Notes what its hooks are given; they may be made to throw. */
class HookedService extends BackendService {
  readonly authenticated: (string | undefined)[] = [];
  readonly refused: Place[] = [];
  throws = false;

  protected override onAuthenticate(options: HttpClientOptions, signal?: AbortSignal) {
    this.authenticated.push(options.authConfig?.configPath);
    if (this.throws) throw thrown;
    return super.onAuthenticate(options, signal);
  }

  protected override onServiceConfigurationError(error: ConfigurationError, place: Place): Outcome<never> {
    this.refused.push(place);
    if (this.throws) throw thrown;
    return super.onServiceConfigurationError(error, place);
  }
}

function open({ as, backend }: Servers, serviceClasses = { hooked: HookedService, wrong: HookedService }) {
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      serviceDefaults: { grantType: "clientCredentials" },
      serviceClasses,
      services: {
        hooked: { host: backend.url, endpoints: { wrong: "items" } },
        wrong: { host: "no-url", scope: the.scope },
      },
    }),
  );
}

describe("authenticate", () => {
  it("gives the token that a call would be sent with", async () => {
    const servers = await startServers();
    const hooked = open(servers).service("hooked");
    const token: ActorToken = await hooked.authenticate().unwrap();
    await hooked.get("/").unwrap();
    expect(servers.backend.request().token).toBe(token.value());
  });

  it("goes by the options that it is given", async () => {
    const { as, backend } = await startServers();
    const services = { inventory: { host: backend.url, grantType: "tokenExchange", audience: the.audience } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services }));
    const request = await receive(behalf, await as.issue(some.claims()));
    const token = await request.run(() => behalf.service("inventory").authenticate().unwrap());
    expect(readClaims(token.value())).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("hits onAuthenticate", async () => {
    const hooked = open(await startServers()).service("hooked");
    await hooked.authenticate().unwrap();
    expect(hooked.authenticated).toEqual(["services.hooked"]);
  });

  it("makes a failed outcome of what onAuthenticate throws", async () => {
    const hooked = open(await startServers()).service("hooked");
    hooked.throws = true;
    expect(await hooked.authenticate()).toMatchObject({ ok: false, error: thrown });
  });

  it("fails, and asks for nothing, when the service is configured wrongly", async () => {
    const { as, backend } = await startServers();
    const outcome = await open({ as, backend }).service("wrong").authenticate();
    expect(!outcome.ok && outcome.error).toBeInstanceOf(ConfigurationError);
    expect(as.count("token")).toBe(0);
  });
});

describe("onServiceConfigurationError", () => {
  it("is told the service and the endpoint that cannot be called", async () => {
    const behalf = open(await startServers());
    await behalf.service("hooked").getEndpoint("wrong").get();
    await behalf.service("wrong").get("/");
    expect(behalf.service("hooked").refused).toEqual([{ service: "hooked", endpoint: "wrong" }]);
    expect(behalf.service("wrong").refused).toEqual([{ service: "wrong", endpoint: "-" }]);
  });

  it("decides the outcome of the call", async () => {
    const hooked = open(await startServers()).service("hooked");
    hooked.throws = true;
    expect(await hooked.getEndpoint("wrong").get()).toMatchObject({ ok: false, error: thrown });
  });
});

describe("serviceClasses", () => {
  it("refuses a class for a service that is not configured", async () => {
    const servers = await startServers();
    const classes = { hooked: HookedService, wrong: HookedService, hookd: HookedService };
    expect(() => open(servers, classes)).toThrow(ConfigurationError);
  });
});
