import {
  ActorToken,
  CallerTokenError,
  ConfigurationError,
  HttpClientOptions,
  MissingContextError,
  MultiStringValue,
  Secret,
  TokenRefusedError,
} from "behalf";
import { describe, expect, it } from "vitest";
import { openRequest, receive } from "../support/open-behalf.ts";
import { readClaims, readForm } from "../support/read-claims.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import { fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";
import { asItself, onBehalf, openServices } from "./open-services.ts";

const credentials = { clientId: the.clientId, clientSecret: new Secret(the.clientSecret) };

describe("getClient", () => {
  it("gives a client that sends the token that was exchanged for the caller's", async () => {
    const servers = await startServers();
    const behalf = openServices(servers);
    const alice = await servers.as.issue(some.claims());
    const request = await receive(behalf, alice);
    const client = await request.run(() => behalf.httpServiceProvider.getClient(onBehalf(behalf)).unwrap());
    await client.withBaseAddress(servers.backend.url).send({ url: "/items" }).unwrap();
    expect(servers.as.tokenRequest().form.get("subject_token")).toBe(alice);
    expect(readClaims(servers.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
  });

  it("asks for nothing and sends no token without authenticate", async () => {
    const servers = await startServers();
    const behalf = openServices(servers);
    const client = await behalf.httpServiceProvider.getClient(asItself(behalf), { authenticate: false }).unwrap();
    await client.withBaseAddress(servers.backend.url).send({ url: "/rates" }).unwrap();
    expect(servers.as.requests).toHaveLength(0);
    expect(servers.backend.request().headers).not.toHaveProperty("authorization");
  });

  it("gives the record to the given logger", async () => {
    const behalf = openServices(await startServers());
    const logger = createRecordingLogger();
    await behalf.httpServiceProvider.getClient(asItself(behalf), { logger }).unwrap();
    expect(logger.lines).toEqual([
      {
        level: "debug",
        message: "authorized",
        fields: expect.objectContaining({ service: "services.shipping", grant: "clientCredentials" }),
      },
    ]);
  });

  it("gives the record of a refusal to the given logger", async () => {
    const { as, backend } = await startServers();
    as.faults.always("token", fault.oauthError("invalid_scope"));
    const behalf = openServices({ as, backend });
    const logger = createRecordingLogger();
    await behalf.httpServiceProvider.getClient(asItself(behalf), { logger });
    expect(logger.lines).toEqual([
      {
        level: "error",
        message: "not authorized",
        fields: expect.objectContaining({ service: "services.shipping", error: "BEHALF_TOKEN_REFUSED" }),
      },
    ]);
  });

  it("gives a failed outcome when the authorization server refuses", async () => {
    const { as, backend } = await startServers();
    as.faults.always("token", fault.oauthError("invalid_scope"));
    const behalf = openServices({ as, backend });
    const outcome = await behalf.httpServiceProvider.getClient(asItself(behalf));
    expect(outcome.ok).toBe(false);
    expect(outcome).toMatchObject({ error: { error: "invalid_scope", client: the.clientId } });
    expect(!outcome.ok && outcome.error).toBeInstanceOf(TokenRefusedError);
  });

  it("stops waiting when its signal aborts", async () => {
    const servers = await startServers();
    const behalf = openServices(servers);
    const gate = servers.as.hold();
    const controller = new AbortController();
    const outcome = behalf.httpServiceProvider.getClient(asItself(behalf), { signal: controller.signal });
    await gate.arrived();
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await outcome).toMatchObject({ ok: false, error: reason });
  });

  it("refuses options that do not say how to authorize", async () => {
    const outcome = await openServices(await startServers()).httpServiceProvider.getClient();
    expect(!outcome.ok && outcome.error).toBeInstanceOf(ConfigurationError);
  });
});

describe("authenticate", () => {
  it("gives the token of the grant that is configured", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    const request = await receive(behalf, await as.issue(some.claims({ sub: the.bob })));
    const token = await request.run(() => behalf.httpServiceProvider.authenticate(onBehalf(behalf)).unwrap());
    expect(as.tokenRequest().form.get("grant_type")).toBe(the.tokenExchangeGrant);
    expect(readClaims(token.value())).toMatchObject({ sub: the.bob, aud: the.audience });
  });

  it("acts for the actor of the options rather than the caller", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    const bob = await as.issue(some.claims({ sub: the.bob }));
    const request = await receive(behalf, await as.issue(some.claims()));
    const options = onBehalf(behalf).withActorToken(new ActorToken(bob));
    await request.run(() => behalf.httpServiceProvider.authenticate(options).unwrap());
    expect(as.tokenRequest().form.get("subject_token")).toBe(bob);
  });

  it("asks for another token when authorization is forced", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    await behalf.httpServiceProvider.authenticate(asItself(behalf)).unwrap();
    await behalf.httpServiceProvider.authenticate(asItself(behalf)).unwrap();
    expect(as.count("token")).toBe(1);
    await behalf.httpServiceProvider.authenticate(asItself(behalf).withForceAuthorization()).unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("gives the record to the given logger", async () => {
    const behalf = openServices(await startServers());
    const logger = createRecordingLogger();
    await behalf.httpServiceProvider.authenticate(asItself(behalf), { logger }).unwrap();
    expect(logger.lines).toMatchObject([{ message: "authorized", fields: { service: "services.shipping" } }]);
  });

  it("fails without a caller, and asks for nothing", async () => {
    const { as, backend } = await startServers();
    const behalf = openServices({ as, backend });
    const inside = await openRequest(behalf).run(() => behalf.httpServiceProvider.authenticate(onBehalf(behalf)));
    expect(!inside.ok && inside.error).toBeInstanceOf(CallerTokenError);
    const outside = await behalf.httpServiceProvider.authenticate(onBehalf(behalf));
    expect(!outside.ok && outside.error).toBeInstanceOf(MissingContextError);
    expect(as.count("token")).toBe(0);
  });

  it("fails for the grant type none with the path of the setting", async () => {
    const behalf = openServices(await startServers());
    const options = new HttpClientOptions({ authConfig: behalf.service("weather").authConfig });
    const outcome = await behalf.httpServiceProvider.authenticate(options);
    expect(outcome).toMatchObject({ ok: false, error: { configPath: "services.weather.grantType" } });
  });
});

describe("getTokenExchangeService", () => {
  it("gives a service that sends all that it is told", async () => {
    const { as, backend } = await startServers();
    const service = openServices({ as, backend }).httpServiceProvider.getTokenExchangeService();
    const [alice, agent] = [await as.issue(some.claims()), await as.issue({ sub: "agent" })];
    const exchange = {
      credentials: { ...credentials, authentication: "client_secret_post" as const },
      subjectToken: new ActorToken(alice),
      subjectTokenType: the.jwtTokenType,
      audience: MultiStringValue.from(the.audience),
      resource: MultiStringValue.from(the.resource),
      scope: MultiStringValue.from([the.scope, the.otherScope]),
      actorToken: new ActorToken(agent),
      requestedTokenType: the.jwtTokenType,
      signal: new AbortController().signal,
    };
    const { accessToken } = await service.exchange(exchange).unwrap();
    expect(readForm(as.tokenRequest().form)).toEqual({
      grant_type: the.tokenExchangeGrant,
      client_id: the.clientId,
      client_secret: the.clientSecret,
      subject_token: alice,
      subject_token_type: the.jwtTokenType,
      audience: the.audience,
      resource: the.resource,
      scope: `${the.scope} ${the.otherScope}`,
      actor_token: agent,
      actor_token_type: the.accessTokenType,
      requested_token_type: the.jwtTokenType,
    });
    expect(readClaims(accessToken.value())).toMatchObject({ sub: the.alice, act: { sub: "agent" } });
    await service.exchange(exchange).unwrap();
    expect(as.count("token")).toBe(1);
    await service.exchange({ ...exchange, forceAuthorization: true }).unwrap();
    expect(as.count("token")).toBe(2);
  });

  it("gives a service that stops waiting when its signal aborts", async () => {
    const { as, backend } = await startServers();
    const service = openServices({ as, backend }).httpServiceProvider.getTokenExchangeService();
    const controller = new AbortController();
    const gate = as.hold();
    const subjectToken = new ActorToken(await as.issue(some.claims()));
    const outcome = service.exchange({ credentials, subjectToken, signal: controller.signal });
    await gate.arrived();
    controller.abort();
    expect(await outcome).toMatchObject({ ok: false, error: { name: "AbortError" } });
  });
});
