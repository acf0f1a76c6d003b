import {
  ActorToken,
  type AuthorizationService,
  createBehalf,
  HttpClientOptions,
  Outcome,
  type OutcomePromise,
  toOutcomePromise,
} from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { some } from "../support/some.ts";
import { startAs, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { asItself, onBehalf, openServices } from "./open-services.ts";

/** Authorizes with tokens from elsewhere, each other than the one before. */
class Vault implements AuthorizationService {
  readonly asked: { readonly options: HttpClientOptions; readonly signal: AbortSignal | undefined }[] = [];

  authorize(
    options: HttpClientOptions,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): OutcomePromise<ActorToken> {
    this.asked.push({ options, signal });
    return toOutcomePromise(Outcome.success(new ActorToken(`vault-${this.asked.length}`)));
  }
}

describe("authorize", () => {
  it("is what a provider of clients has", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    const provider: AuthorizationService = behalf.httpServiceProvider;
    const request = await receive(behalf, await as.issue(some.claims()));
    const token = await request.run(() => provider.authorize(onBehalf(behalf)).unwrap());
    expect(as.tokenRequest().form.get("grant_type")).toBe(the.tokenExchangeGrant);
    expect(readClaims(token.value())).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("stops waiting when its signal aborts", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    const controller = new AbortController();
    const gate = as.hold();
    const outcome = behalf.httpServiceProvider.authorize(asItself(behalf), { signal: controller.signal });
    await gate.arrived();
    controller.abort();
    expect(await outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
  });
});

describe("the authorization service of the options", () => {
  it("decides the token that the backend gets", async () => {
    const { as, backend } = await startServers();
    const clientOptions = new HttpClientOptions().withAuthorizationService(new Vault());
    await openServices({ as, backend }).service("inventory").endpoint("item").get({ clientOptions }).unwrap();
    expect(backend.request().token).toBe("vault-1");
    expect(as.requests).toHaveLength(0);
  });

  it("authorizes a service that takes no token by itself", async () => {
    const { as, backend } = await startServers();
    const clientOptions = new HttpClientOptions({ authorizationService: new Vault() });
    await openServices({ as, backend }).service("weather").get("/today", { clientOptions }).unwrap();
    expect(backend.request().token).toBe("vault-1");
  });

  it("is given the endpoint's auth configuration, the actor and a signal", async () => {
    const behalf = openServices(await startServers());
    const vault = new Vault();
    const actorToken = new ActorToken("agent");
    const clientOptions = new HttpClientOptions({ authorizationService: vault, actorToken });
    const { signal } = new AbortController();
    await behalf.service("inventory").endpoint("item").get({ clientOptions, signal }).unwrap();
    expect(vault.asked[0]?.options.authConfig?.configPath).toBe("services.inventory.endpoints.item");
    expect(vault.asked[0]?.options.actorToken).toBe(actorToken);
    expect(vault.asked[0]?.signal).toBeInstanceOf(AbortSignal);
  });

  it("is asked again, once, after the backend refused its token", async () => {
    const { as, backend } = await startServers();
    backend.refuse("vault-1", 'Bearer error="invalid_token"');
    const clientOptions = new HttpClientOptions({ authorizationService: new Vault() });
    await openServices({ as, backend }).service("inventory").endpoint("item").get({ clientOptions }).unwrap();
    expect(backend.requests.map(({ token }) => token)).toEqual(["vault-1", "vault-2"]);
  });

  it("keeps the request from being sent when it fails", async () => {
    const { as, backend } = await startServers();
    const error = new Error("The vault is closed");
    const authorizationService = { authorize: () => toOutcomePromise(Outcome.fail<ActorToken>(error)) };
    const clientOptions = new HttpClientOptions({ authorizationService });
    const outcome = await openServices({ as, backend }).service("weather").get("/today", { clientOptions });
    expect(outcome).toMatchObject({ ok: false, error });
    expect(backend.requests).toHaveLength(0);
  });

  it("makes a failed outcome of what it throws", async () => {
    const { as, backend } = await startServers();
    const error = new Error("The vault is closed");
    const authorizationService = {
      authorize(): never {
        throw error;
      },
    };
    const options = new HttpClientOptions({ authorizationService });
    const outcome = await openServices({ as, backend }).httpServiceProvider.getClient(options);
    expect(outcome).toMatchObject({ ok: false, error });
  });

  it("may pass the options that it is given on to the provider", async () => {
    const servers = await startServers();
    const behalf = openServices(servers);
    const asked: string[] = [];
    const authorizationService: AuthorizationService = {
      authorize(options, cancel) {
        asked.push(options.authConfig?.configPath ?? "-");
        if (asked.length > 3) throw new Error("It is asked again and again");
        return behalf.httpServiceProvider.authorize(options, cancel);
      },
    };
    const clientOptions = new HttpClientOptions({ authorizationService });
    await behalf.service("shipping").endpoint("rates").get({ clientOptions }).unwrap();
    expect(asked).toEqual(["services.shipping.endpoints.rates"]);
    expect(readClaims(servers.backend.request().token).sub).toBe(the.clientId);
  });

  it("may be the provider of another instance, with an authorization server of its own", async () => {
    const { as, backend } = await startServers();
    const otherAs = await startAs({ clients: [some.client({ clientId: the.otherClientId })] });
    const other = closeAfterTest(
      createBehalf({
        ...toRoot(otherAs),
        clientId: the.otherClientId,
        grantType: "clientCredentials",
        services: { any: backend.url },
      }),
    );
    const clientOptions = new HttpClientOptions({
      authorizationService: other.httpServiceProvider,
      authConfig: other.service("any").authConfig,
    });
    await openServices({ as, backend }).service("inventory").endpoint("item").get({ clientOptions }).unwrap();
    expect(readClaims(backend.request().token)).toMatchObject({ iss: otherAs.issuer, sub: the.otherClientId });
    expect(as.count("token")).toBe(0);
  });
});

describe("HttpClientOptions", () => {
  it.each([
    ["withAuthConfig", "authConfig"],
    ["withActorToken", "actorToken"],
    ["withTransport", "transport"],
    ["withForceAuthorization", "forceAuthorization"],
    ["withAuthorizationService", "authorizationService"],
    ["withMessageId", "messageId"],
  ] as const)("%s gives a copy and leaves the original as it was", async (_name, property) => {
    const { copies } = await copyEach();
    const original = new HttpClientOptions();
    const copy = copies(original)[property];
    expect(copy.changed[property]).toBe(copy.value);
    expect(original).toEqual(new HttpClientOptions());
    expect(Object.isFrozen(copy.changed)).toBe(true);
  });

  it("keeps in a copy what was set before", () => {
    const actorToken = new ActorToken("agent");
    const authorizationService = new Vault();
    const options = new HttpClientOptions({ actorToken }).withAuthorizationService(authorizationService);
    expect(options.withMessageId("message-1").withForceAuthorization()).toMatchObject({
      actorToken,
      authorizationService,
      messageId: "message-1",
      forceAuthorization: true,
    });
  });

  it("sends its message id to the backend", async () => {
    const { as, backend } = await startServers();
    const clientOptions = new HttpClientOptions().withMessageId("message-1");
    await openServices({ as, backend }).service("weather").get("/today", { clientOptions }).unwrap();
    expect(backend.request().headers["x-request-id"]).toBe("message-1");
  });

  it("sends by its transport", async () => {
    const { as, backend } = await startServers();
    const { transport, sent } = recordTransport();
    const clientOptions = new HttpClientOptions().withTransport(transport);
    const outcome = await openServices({ as, backend }).service("weather").get("/today", { clientOptions });
    expect(outcome).toMatchObject({ ok: true, value: { status: 204 } });
    expect(sent).toEqual([`${backend.url}/today`]);
    expect(backend.requests).toHaveLength(0);
  });
});

type Transport = NonNullable<HttpClientOptions["transport"]>;

function recordTransport(): { readonly transport: Transport; readonly sent: readonly string[] } {
  const sent: string[] = [];
  const transport: Transport = {
    async send({ origin, path }) {
      sent.push(`${origin}${path}`);
      return { status: 204, headers: {}, chunks: [], stream: undefined, firstByteAt: performance.now() };
    },
    async close() {},
  };
  return { transport, sent };
}

async function copyEach() {
  const behalf = openServices(await startServers());
  const { authConfig } = behalf.service("inventory");
  const actorToken = new ActorToken("agent");
  const { transport } = recordTransport();
  const vault = new Vault();
  const copies = (original: HttpClientOptions) => ({
    authConfig: { changed: original.withAuthConfig(authConfig), value: authConfig },
    actorToken: { changed: original.withActorToken(actorToken), value: actorToken },
    transport: { changed: original.withTransport(transport), value: transport },
    forceAuthorization: { changed: original.withForceAuthorization(), value: true },
    authorizationService: { changed: original.withAuthorizationService(vault), value: vault },
    messageId: { changed: original.withMessageId("message-1"), value: "message-1" },
  });
  return { copies };
}
