import {
  ActorToken,
  ConfigurationError,
  type GetClientOptions,
  type HttpClientOptions,
  HttpServiceProvider,
  MultiStringValue,
  Outcome,
  type OutcomePromise,
  Secret,
  type ServiceAuthConfig,
  type TokenExchangeService,
  toOutcomePromise,
} from "behalf";
import { describe, expect, it } from "vitest";
import { receive } from "../support/open-behalf.ts";
import { readBasicClient, readForm } from "../support/read-claims.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { openServices, openWithProvider } from "./open-services.ts";

const credentials = { clientId: the.otherClientId, clientSecret: new Secret(the.otherClientSecret) };
const bothClients = [some.client(), some.client({ clientId: the.otherClientId, clientSecret: the.otherClientSecret })];
const broken = new ConfigurationError([{ path: "vault", given: "nothing", fix: "Open the vault." }]);

/** Notes what the hooks are given, and goes on as usual. */
class ObservingProvider extends HttpServiceProvider {
  readonly seen: { readonly hook: string; readonly path: string; readonly subject?: string }[] = [];
  signal: AbortSignal | undefined;

  protected override onTokenExchangeAuthentication(config: ServiceAuthConfig, token: ActorToken, signal?: AbortSignal) {
    this.seen.push({ hook: "exchange", path: config.configPath, subject: token.value() });
    this.signal = signal;
    return super.onTokenExchangeAuthentication(config, token, signal);
  }

  protected override onClientCredentialsAuthentication(config: ServiceAuthConfig, signal?: AbortSignal) {
    this.seen.push({ hook: "credentials", path: config.configPath });
    this.signal = signal;
    return super.onClientCredentialsAuthentication(config, signal);
  }
}

/** Takes its tokens from elsewhere. */
class VaultProvider extends HttpServiceProvider {
  protected override onTokenExchangeAuthentication(_config: ServiceAuthConfig, token: ActorToken) {
    return Outcome.success(new ActorToken(`vault-for-${token.digest()}`));
  }

  protected override async onClientCredentialsAuthentication() {
    return Outcome.success(new ActorToken("vault-own"));
  }
}

class BrokenProvider extends HttpServiceProvider {
  protected override onTokenExchangeAuthentication(): never {
    throw broken;
  }

  protected override async onClientCredentialsAuthentication(): Promise<never> {
    throw broken;
  }
}

describe("onTokenExchangeAuthentication", () => {
  it("is given the endpoint's auth configuration and the caller's token", async () => {
    const servers = await startServers();
    const { behalf, provider } = openWithProvider(servers, ObservingProvider);
    const alice = await servers.as.issue(some.claims());
    const request = await receive(behalf, alice);
    await request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    expect(provider.seen).toEqual([{ hook: "exchange", path: "services.inventory.endpoints.item", subject: alice }]);
    expect(servers.as.tokenRequest().form.get("subject_token")).toBe(alice);
  });

  it("decides the token that the backend gets", async () => {
    const servers = await startServers();
    const { behalf } = openWithProvider(servers, VaultProvider);
    const alice = await servers.as.issue(some.claims());
    const request = await receive(behalf, alice);
    await request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    expect(servers.backend.request().token).toBe(`vault-for-${new ActorToken(alice).digest()}`);
    expect(servers.as.count("token")).toBe(0);
  });

  it("ends the call with the error that it throws, before anything is sent", async () => {
    const servers = await startServers();
    const { behalf } = openWithProvider(servers, BrokenProvider);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    const outcome = await request.run(() => behalf.service("inventory").endpoint("item").get());
    expect(outcome).toMatchObject({ ok: false, error: broken });
    expect(servers.backend.requests).toHaveLength(0);
    expect(servers.as.count("token")).toBe(0);
  });

  it("is told when the caller hangs up", async () => {
    const servers = await startServers();
    const { behalf, provider } = openWithProvider(servers, ObservingProvider);
    const request = await receive(behalf, await servers.as.issue(some.claims()));
    const gate = servers.as.hold();
    const outcome = request.run(() => behalf.service("inventory").endpoint("item").get().unwrap());
    const ended = expect(outcome).rejects.toMatchObject({ name: "AbortError" });
    await gate.arrived();
    request.hangUp();
    await ended;
    expect(provider.signal?.aborted).toBe(true);
  });
});

describe("onClientCredentialsAuthentication", () => {
  it("is given the endpoint's auth configuration", async () => {
    const servers = await startServers();
    const { behalf, provider } = openWithProvider(servers, ObservingProvider);
    await behalf.service("shipping").endpoint("rates").get().unwrap();
    expect(provider.seen).toEqual([{ hook: "credentials", path: "services.shipping.endpoints.rates" }]);
    expect(servers.as.tokenRequest().form.get("grant_type")).toBe(the.clientCredentialsGrant);
  });

  it("decides the token that the backend gets", async () => {
    const servers = await startServers();
    const { behalf } = openWithProvider(servers, VaultProvider);
    await behalf.service("shipping").get("/rates").unwrap();
    expect(servers.backend.request().token).toBe("vault-own");
    expect(servers.as.count("token")).toBe(0);
  });

  it("ends the call with the error that it rejects with, before anything is sent", async () => {
    const servers = await startServers();
    const { behalf } = openWithProvider(servers, BrokenProvider);
    const outcome = await behalf.service("shipping").endpoint("rates").get();
    expect(outcome).toMatchObject({ ok: false, error: broken });
    expect(servers.backend.requests).toHaveLength(0);
  });
});

/** Uses what a provider has for its subclasses. */
class BillingProvider extends HttpServiceProvider {
  exchangeForBilling(subjectToken: ActorToken): OutcomePromise<{ readonly accessToken: ActorToken }> {
    this.logger.info({ step: "billing" }, "exchanging");
    return this.tokenExchangeService.exchange({ credentials, subjectToken });
  }

  acquireForBilling(signal: AbortSignal, forceAuthorization: boolean) {
    const scope = MultiStringValue.from([the.scope, the.otherScope]);
    const audience = MultiStringValue.from(the.audience);
    const resource = MultiStringValue.from(the.resource);
    return this.clientCredentialsService.acquireToken({
      credentials,
      scope,
      audience,
      resource,
      forceAuthorization,
      signal,
    });
  }
}

async function openBilling() {
  const servers = await startServers({ clients: bothClients });
  return { ...servers, ...openWithProvider(servers, BillingProvider) };
}

describe("a provider with services of its own", () => {
  it("exchanges tokens by them, without a look into the memory of others", async () => {
    const servers = await startServers();
    const exchanged: string[] = [];
    const tokenExchangeService: TokenExchangeService = {
      exchange({ subjectToken, audience }) {
        exchanged.push(`${subjectToken.digest()} for ${audience}`);
        const accessToken = new ActorToken(`own-${exchanged.length}`);
        return toOutcomePromise(Outcome.success({ accessToken }));
      },
    };
    const behalf = openServices(servers, {
      provider: (dependencies) => new HttpServiceProvider({ ...dependencies, tokenExchangeService }),
    });
    const alice = await servers.as.issue(some.claims());
    const request = await receive(behalf, alice);
    for (const path of ["/1", "/2"]) await request.run(() => behalf.service("inventory").get(path).unwrap());
    expect(servers.backend.requests.map(({ token }) => token)).toEqual(["own-1", "own-2"]);
    expect(exchanged[0]).toBe(`${new ActorToken(alice).digest()} for ${the.audience}`);
    expect(servers.as.count("token")).toBe(0);
  });

  it("has its authenticate invoked by getClient", async () => {
    class VouchingProvider extends HttpServiceProvider {
      override authenticate() {
        return toOutcomePromise(Outcome.success(new ActorToken("vouched")));
      }
    }
    const servers = await startServers();
    const { behalf } = openWithProvider(servers, VouchingProvider);
    await behalf.service("shipping").endpoint("rates").get().unwrap();
    expect(servers.backend.request().token).toBe("vouched");
    expect(servers.as.count("token")).toBe(0);
  });

  it("has its getClient invoked by services", async () => {
    class CountingProvider extends HttpServiceProvider {
      readonly paths: (string | undefined)[] = [];

      override getClient(options?: HttpClientOptions, how?: GetClientOptions) {
        this.paths.push(options?.authConfig?.configPath);
        return super.getClient(options, how);
      }
    }
    const servers = await startServers();
    const { behalf, provider } = openWithProvider(servers, CountingProvider);
    await behalf.service("shipping").endpoint("rates").get().unwrap();
    expect(provider.paths).toEqual(["services.shipping.endpoints.rates"]);
  });
});

describe("the protected properties", () => {
  it("exchange tokens by tokenExchangeService", async () => {
    const { as, provider } = await openBilling();
    const alice = await as.issue(some.claims());
    await provider.exchangeForBilling(new ActorToken(alice)).unwrap();
    expect(readBasicClient(as.tokenRequest().headers.authorization)).toEqual({
      id: the.otherClientId,
      secret: the.otherClientSecret,
    });
    expect(readForm(as.tokenRequest().form)).toEqual({
      grant_type: the.tokenExchangeGrant,
      subject_token: alice,
      subject_token_type: the.accessTokenType,
    });
  });

  it("acquire tokens by clientCredentialsService, with all that it is told", async () => {
    const { as, provider } = await openBilling();
    const { signal } = new AbortController();
    const first = await provider.acquireForBilling(signal, false).unwrap();
    expect(readBasicClient(as.tokenRequest().headers.authorization).id).toBe(the.otherClientId);
    expect(readForm(as.tokenRequest().form)).toEqual({
      grant_type: the.clientCredentialsGrant,
      scope: `${the.scope} ${the.otherScope}`,
      audience: the.audience,
      resource: the.resource,
    });
    const second = await provider.acquireForBilling(signal, false).unwrap();
    expect(second.accessToken.value()).toBe(first.accessToken.value());
    await provider.acquireForBilling(signal, true).unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("stop waiting when the signal aborts", async () => {
    const { as, provider } = await openBilling();
    const gate = as.hold();
    const controller = new AbortController();
    const outcome = provider.acquireForBilling(controller.signal, false);
    await gate.arrived();
    controller.abort();
    expect(await outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
  });

  it("log by the instance's logger", async () => {
    const servers = await startServers();
    const logger = createRecordingLogger();
    const { provider } = openWithProvider(servers, BillingProvider, { logger });
    await provider.exchangeForBilling(new ActorToken(await servers.as.issue(some.claims())));
    expect(logger.lines).toContainEqual({ level: "info", fields: { step: "billing" }, message: "exchanging" });
    expect(provider.getLogger()).toBe(logger);
  });
});
