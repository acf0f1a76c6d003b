import { type AuthOptions, createBehalf, HttpClientOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, openRequest } from "../../support/open-behalf.ts";
import { answer } from "../../support/scripted-backend.ts";
import { startOneBackend } from "../../support/start-servers.ts";
import { openWorld, type World } from "./open-world.ts";

function open(world: World, auth: AuthOptions = { forwardTo: world.backend.url }) {
  const gateway = { host: world.backend.url, basePath: "/v1", grantType: "forward", ...auth } as const;
  return closeAfterTest(createBehalf({ ...world.root, services: { gateway } }));
}

/** The usual instance in a request of alice, and a server that her token is not for. */
async function openForward() {
  const world = await openWorld();
  const behalf = open(world);
  const elsewhere = await startOneBackend();
  const alice = await world.receive(behalf);
  const options = new HttpClientOptions({ authConfig: behalf.service("gateway").authConfig });
  const expectNothingSent = (): void => {
    world.expectSilence();
    expect(elsewhere.requests).toEqual([]);
  };
  return { world, behalf, elsewhere, alice, options, expectNothingSent };
}

const refused = { name: "RequestRefusedError", code: "BEHALF_REQUEST_REFUSED", refusal: "url" };

describe("forward", () => {
  it("sends the caller's own token, and asks nobody for another", async () => {
    const { world, behalf, alice } = await openForward();
    const token = alice.context.caller?.token?.value();
    await alice.run(() => behalf.service("gateway").get("/").unwrap());
    expect(world.backend.request().token).toBe(token);
    expect(world.as.count("token")).toBe(0);
  });

  it("is worth a warning", async () => {
    const { behalf, world } = await openForward();
    expect(behalf.describe().warnings).toMatchObject([
      { path: "services.gateway.grantType", given: expect.stringContaining(world.backend.url) },
    ]);
  });

  it("gives up where the backend refuses the token", async () => {
    const { world, behalf, alice } = await openForward();
    world.backend.handle(answer.unauthorized('Bearer error="invalid_token"'));
    const outcome = await alice.run(() => behalf.service("gateway").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_BACKEND_ERROR", status: 401 } });
    expect([world.as.count("token"), world.backend.requests.length]).toEqual([0, 1]);
  });

  it.each([
    ["outside of a request", () => undefined, "BEHALF_CONTEXT_MISSING"],
    ["without a caller", openRequest, "BEHALF_CALLER_TOKEN_MISSING"],
  ] as const)("sends nothing %s", async (_case, toRequest, code) => {
    const { behalf, world } = await openForward();
    const call = async () => behalf.service("gateway").get("/");
    const request = toRequest(behalf);
    expect(await (request ? request.run(call) : call())).toMatchObject({ ok: false, error: { code } });
    world.expectSilence();
  });
});

describe("forward to an origin that is not listed", () => {
  it.each([
    ["no list", () => ({})],
    ["a list of others", () => ({ forwardTo: "https://api.example.com" })],
    ["a wildcard", () => ({ forwardTo: "*" })],
    ["a wildcard of a port", () => ({ forwardTo: "http://127.0.0.1:*" })],
    ["the origin with a path", ({ backend }: World) => ({ forwardTo: `${backend.url}/v1` })],
    ["an unprotected origin", () => ({ forwardTo: "http://192.0.2.1" })],
  ])("is refused by the configuration: %s", async (_case, toAuth) => {
    const world = await openWorld();
    const behalf = open(world, toAuth(world));
    const alice = await world.receive(behalf);
    const outcome = await alice.run(() => behalf.service("gateway").get("/"));
    const error = { code: "BEHALF_CONFIG_INVALID", configPath: expect.stringMatching(/^services\.gateway\.forwardTo/) };
    expect(outcome).toMatchObject({ ok: false, error });
    world.expectSilence();
  });

  it("is refused to a client with that base address", async () => {
    const { behalf, alice, options, elsewhere, expectNothingSent } = await openForward();
    const outcome = await alice.run(() =>
      behalf.httpServiceProvider.getClient(options, { baseAddress: elsewhere.url }),
    );
    expect(outcome).toMatchObject({ ok: false, error: refused });
    expectNothingSent();
  });

  it("is refused to a client that gets the address later", async () => {
    const { behalf, alice, options, elsewhere, world, expectNothingSent } = await openForward();
    const client = await alice.run(() => behalf.httpServiceProvider.getClient(options).unwrap());
    expect(() => client.withBaseAddress(elsewhere.url)).toThrow(expect.objectContaining(refused));
    expect(() => client.withBaseAddress(world.backend.url).withBaseAddress(elsewhere.url)).toThrow(
      expect.objectContaining(refused),
    );
    expectNothingSent();
  });

  it("is refused for an absolute URL", async () => {
    const { behalf, alice, elsewhere, options, world, expectNothingSent } = await openForward();
    const client = await alice.run(() =>
      behalf.httpServiceProvider.getClient(options, { baseAddress: world.backend.url }).unwrap(),
    );
    const url = `${elsewhere.url}/v1`;
    await expect(alice.run(() => behalf.service("gateway").fetch(url))).rejects.toMatchObject(refused);
    await expect(client.fetch(url)).rejects.toMatchObject(refused);
    expect(await client.send({ url })).toMatchObject({ ok: false, error: refused });
    expectNothingSent();
  });

  it("is refused to a client that forces its authorization", async () => {
    const { behalf, alice, elsewhere, options, expectNothingSent } = await openForward();
    const outcome = await alice.run(() =>
      behalf.httpServiceProvider.getClient(options.withForceAuthorization(), { baseAddress: elsewhere.url }),
    );
    expect(outcome).toMatchObject({ ok: false, error: refused });
    expectNothingSent();
  });

  it("is not followed there", async () => {
    const { world, behalf, alice, elsewhere } = await openForward();
    world.backend.handle(answer.status(307, { location: elsewhere.url }));
    const outcome = await alice.run(() => behalf.service("gateway").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { status: 307 } });
    expect(elsewhere.requests).toEqual([]);
  });
});
