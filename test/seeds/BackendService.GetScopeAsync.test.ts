import {
  type AuthContext,
  BackendService,
  ConfigurationError,
  createBehalf,
  HttpClientOptions,
  MultiStringValue,
  Outcome,
  type ScopeOptions,
  Secret,
} from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readBasicClient, readForm } from "../support/read-claims.ts";
import { some } from "../support/some.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const bothClients = {
  clients: [some.client(), some.client({ clientId: the.otherClientId, clientSecret: the.otherClientSecret })],
};

/** Answers for its credentials itself, and notes what it is asked. */
class VaultService extends BackendService<{ readonly stock: "/stock"; readonly orders: "/orders" }> {
  readonly asked: { readonly question: string; readonly context: AuthContext }[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];

  override getScope(authContext: AuthContext, options: ScopeOptions = {}) {
    this.asked.push({ question: "scope", context: authContext });
    this.signals.push(options.signal);
    const name = authContext.authConfig.configPath.split(".").at(-1);
    return Outcome.success(MultiStringValue.from(`${name}:${authContext.grantType}`));
  }

  override async getClientId(authContext: AuthContext) {
    this.asked.push({ question: "id", context: authContext });
    return Outcome.success<string>(the.otherClientId);
  }

  override async getClientSecret(authContext: AuthContext) {
    this.asked.push({ question: "secret", context: authContext });
    return Outcome.success(new Secret(the.otherClientSecret));
  }
}

/** Adds a scope to those that are configured. */
class WideningService extends BackendService {
  override async getScope(authContext: AuthContext, options?: ScopeOptions) {
    const configured = await super.getScope(authContext, options);
    return configured.map((scope) => MultiStringValue.from([...scope, the.otherScope]));
  }
}

class BrokenService extends BackendService {
  override getScope(): never {
    throw new ConfigurationError([{ path: "vault", given: "nothing", fix: "Open the vault." }]);
  }
}

function open({ as, backend }: Servers) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      serviceClasses: { vault: VaultService, widening: WideningService, broken: BrokenService },
      services: {
        vault: {
          host,
          grantType: "clientCredentials",
          scope: "never:sent",
          endpoints: { stock: "/stock", orders: { path: "/orders", grantType: "tokenExchange" } },
        },
        widening: { host, grantType: "clientCredentials", scope: the.scope },
        broken: { host, grantType: "clientCredentials" },
        plain: {
          host,
          grantType: "clientCredentials",
          scope: [the.scope, the.otherScope],
          endpoints: { stock: "/stock", orders: { path: "/orders", grantType: "tokenExchange" } },
        },
        unscoped: { host, grantType: "clientCredentials" },
      },
    }),
  );
}

describe("the configured scope", () => {
  it("reaches the authorization server with client credentials", async () => {
    const servers = await startServers();
    await open(servers).service("plain").endpoint("stock").get().unwrap();
    expect(readForm(servers.as.tokenRequest().form)).toEqual({
      grant_type: the.clientCredentialsGrant,
      scope: `${the.scope} ${the.otherScope}`,
    });
  });

  it("reaches the authorization server with a token exchange", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => behalf.service("plain").endpoint("orders").get().unwrap());
    expect(readForm(servers.as.tokenRequest().form)).toMatchObject({
      grant_type: the.tokenExchangeGrant,
      scope: `${the.scope} ${the.otherScope}`,
    });
  });

  it("is not sent where there is none", async () => {
    const servers = await startServers();
    await open(servers).service("unscoped").get("/").unwrap();
    expect(servers.as.tokenRequest().form.has("scope")).toBe(false);
  });

  it("is what getScope gives", async () => {
    const plain = open(await startServers()).service("plain");
    const context = { grantType: plain.grantType, authConfig: plain.endpoint("stock").authConfig };
    const scope = (await plain.getScope(context)).unwrap();
    expect([...scope]).toEqual([the.scope, the.otherScope]);
  });

  it("gives way to the default only where there is none", async () => {
    const behalf = open(await startServers());
    const [plain, unscoped] = [behalf.service("plain"), behalf.service("unscoped")];
    const fallback = { default: MultiStringValue.from("fallback") };
    const configured = await plain.getScope({ grantType: "clientCredentials", authConfig: plain }, fallback);
    const defaulted = await unscoped.getScope({ grantType: "clientCredentials", authConfig: unscoped }, fallback);
    expect(`${configured.unwrap()}, ${defaulted.unwrap()}`).toBe(`${the.scope} ${the.otherScope}, fallback`);
  });
});

describe("an overridden getScope", () => {
  it("decides what is asked for, for each endpoint and grant", async () => {
    const { as, backend } = await startServers(bothClients);
    const behalf = open({ as, backend });
    const vault = behalf.service("vault");
    const request = await receive(behalf, await as.issue(some.claims()));
    await request.run(() => vault.endpoint("stock").get().unwrap());
    await request.run(() => vault.endpoint("orders").get().unwrap());
    expect(as.tokenRequests.map(({ form }) => [form.get("grant_type"), form.get("scope")])).toEqual([
      [the.clientCredentialsGrant, "stock:clientCredentials"],
      [the.tokenExchangeGrant, "orders:tokenExchange"],
    ]);
  });

  it("is given the grant and the node of the endpoint", async () => {
    const servers = await startServers(bothClients);
    const vault = open(servers).service("vault");
    await vault.endpoint("stock").get().unwrap();
    const [first] = vault.asked.filter(({ question }) => question === "scope");
    expect(first?.context.grantType).toBe("clientCredentials");
    expect(first?.context.authConfig.configPath).toBe("services.vault.endpoints.stock");
    expect(first?.context.authConfig.parent?.configPath).toBe("services.vault");
    expect(first?.context.authConfig.parent?.parent?.configPath).toBe("serviceDefaults");
  });

  it("is given the same node when authorization is forced", async () => {
    const servers = await startServers(bothClients);
    const vault = open(servers).service("vault");
    await vault
      .endpoint("stock")
      .get({ clientOptions: new HttpClientOptions({ forceAuthorization: true }) })
      .unwrap();
    expect(vault.asked.at(-1)?.context.authConfig.configPath).toBe("services.vault.endpoints.stock");
    expect(servers.as.tokenRequest().form.get("scope")).toBe("stock:clientCredentials");
  });

  it("is given a signal for the time of the call", async () => {
    const vault = open(await startServers(bothClients)).service("vault");
    const { signal } = new AbortController();
    await vault.endpoint("stock").get({ signal }).unwrap();
    expect(vault.signals).toEqual([expect.any(AbortSignal)]);
  });

  it("goes on from what is configured by super", async () => {
    const servers = await startServers();
    await open(servers).service("widening").get("/").unwrap();
    expect(servers.as.tokenRequest().form.get("scope")).toBe(`${the.scope} ${the.otherScope}`);
  });

  it("keeps the tokens of different scopes apart", async () => {
    const servers = await startServers(bothClients);
    const vault = open(servers).service("vault");
    await vault.endpoint("stock").get().unwrap();
    await vault.get("/stock").unwrap();
    await vault.endpoint("stock").get().unwrap();
    const [first, second, third] = servers.backend.requests.map(({ token }) => token);
    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });

  it("makes a failed outcome of what it throws, before anything is asked for", async () => {
    const { as, backend } = await startServers();
    const outcome = await open({ as, backend }).service("broken").get("/");
    expect(!outcome.ok && outcome.error).toBeInstanceOf(ConfigurationError);
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });
});

describe("an overridden getClientId and getClientSecret", () => {
  it("decide who asks", async () => {
    const servers = await startServers(bothClients);
    await open(servers).service("vault").endpoint("stock").get().unwrap();
    expect(readBasicClient(servers.as.tokenRequest().headers.authorization)).toEqual({
      id: the.otherClientId,
      secret: the.otherClientSecret,
    });
  });

  it("are given the grant and the node of the endpoint", async () => {
    const servers = await startServers(bothClients);
    const behalf = open(servers);
    const vault = behalf.service("vault");
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    await request.run(() => vault.endpoint("orders").get().unwrap());
    const asked = vault.asked.map(({ question, context }) => [
      question,
      context.grantType,
      context.authConfig.configPath,
    ]);
    expect(asked).toEqual([
      ["id", "tokenExchange", "services.vault.endpoints.orders"],
      ["scope", "tokenExchange", "services.vault.endpoints.orders"],
      ["secret", "tokenExchange", "services.vault.endpoints.orders"],
    ]);
  });
});

describe("getConfiguredValue", () => {
  it("gives the first key that stands in this very node, without inheritance", async () => {
    const plain = open(await startServers()).service("plain");
    expect(plain.getConfiguredValue("clientId")).toBeUndefined();
    expect(plain.getConfiguredValue("clientId", "grantType")).toBe("clientCredentials");
    expect(String(plain.getConfiguredValue("scope"))).toBe(`${the.scope} ${the.otherScope}`);
    expect(plain.endpoint("orders").authConfig.getConfiguredValue("grantType")).toBe("tokenExchange");
  });
});
