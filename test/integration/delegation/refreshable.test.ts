import { startAuthorizationServer } from "@behalf/dev";
import { type Capability, createBehalf } from "behalf";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest, receive } from "../../support/open-behalf.ts";
import { readClaims } from "../../support/read-claims.ts";
import { createRecordingLogger, showDeeply } from "../../support/recording-logger.ts";
import { startOneBackend } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { createEncryptionKey, openDetach, openDetached } from "./open-detach.ts";

const refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token";
const hourMs = 3_600_000;
const services = ["inventory"];

/** A world, and a capability of alice that lasts for hours. */
async function openRefreshable(settings = {}) {
  const opened = await openDetach(settings);
  const { world, behalf } = opened;
  const detachFor = async (ttlMs = 8 * hourMs): Promise<Capability> => {
    const alice = await world.receive(behalf);
    return alice.run(() => behalf.context.detach({ ttlMs, services, refreshable: true }).unwrap());
  };
  const call = (given: Capability | string) => behalf.runWith(given, async () => behalf.service("inventory").get("/"));
  return { ...opened, detachFor, call };
}

describe("a refreshable capability", () => {
  it("asks for a refresh token by exchange", async () => {
    const { world, detachFor } = await openRefreshable();
    await detachFor();
    const { form } = world.as.tokenRequest();
    expect(form.get("requested_token_type")).toBe(refreshTokenType);
    expect(readClaims(form.get("subject_token") ?? undefined).sub).toBe(the.alice);
  });

  it("goes on after the caller's token has ended", async () => {
    const { world, detachFor, call } = await openRefreshable();
    const capability = await detachFor();
    for (const _ of [1, 2, 3]) {
      world.clock.advance(hourMs);
      expect(await call(capability)).toMatchObject({ ok: true });
      expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.alice, aud: the.audience });
    }
    expect(capability.expiresAt.getTime() - world.clock.now()).toBe(5 * hourMs);
  });

  it("ends at its time", async () => {
    const { world, detachFor, call } = await openRefreshable();
    const capability = await detachFor(hourMs);
    const text = capability.seal();
    world.clock.advance(hourMs - 1);
    expect(await call(text)).toMatchObject({ ok: true });
    world.clock.advance(1);
    for (const given of [capability, text]) {
      expect(() => call(given)).toThrow(expect.objectContaining({ reason: "expired" }));
    }
  });

  it("goes on in another instance", async () => {
    const { world, settings, detachFor } = await openRefreshable();
    const text = (await detachFor()).seal();
    world.clock.advance(hourMs);
    const worker = openDetached(world, settings);
    expect(await worker.runWith(text, async () => worker.service("inventory").get("/"))).toMatchObject({ ok: true });
  });

  it("is for its services alone", async () => {
    const { world, behalf, detachFor } = await openRefreshable();
    const capability = await detachFor();
    const count = world.as.count("token");
    for (const name of ["shipping", "own", "gateway", "depends"] as const) {
      const outcome = await behalf.runWith(capability, async () => behalf.service(name).get("/"));
      expect(outcome).toMatchObject({ ok: false, error: { reason: "service" } });
    }
    expect([world.as.count("token"), world.backend.requests.length]).toEqual([count, 0]);
  });

  it("has a refresh token of its own, each time", async () => {
    const { world, settings, behalf } = await openRefreshable();
    const alice = await world.receive(behalf);
    const options = { ttlMs: 8 * hourMs, services, refreshable: true };
    const detach = () => alice.run(() => behalf.context.detach(options).unwrap());
    const together = await Promise.all([detach(), detach()]);
    const sealed = [...together, await detach()].map((capability) => capability.seal());
    expect(world.as.count("token")).toBe(3);
    for (const text of sealed) {
      const worker = openDetached(world, settings);
      expect(await worker.runWith(text, async () => worker.service("inventory").get("/"))).toMatchObject({ ok: true });
    }
  });

  it("spends each refresh token once, however many calls there are", async () => {
    const { world, detachFor, call } = await openRefreshable();
    const capability = await detachFor();
    world.clock.advance(hourMs);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => call(capability)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(world.as.count(({ form }) => form.get("grant_type") === "refresh_token")).toBe(1);
  });

  it("is not for the audience that backends have", async () => {
    const { world, detachFor, call } = await openRefreshable({ audience: the.otherAudience });
    const capability = await detachFor();
    world.clock.advance(hourMs);
    expect(await call(capability)).toMatchObject({ ok: true });
    const [detached, refreshed] = world.as.tokenRequests;
    expect([detached?.form.has("audience"), refreshed?.form.has("audience")]).toEqual([false, false]);
  });

  it("shows no refresh token", async () => {
    const { world, detachFor, call } = await openRefreshable();
    const capability = await detachFor();
    await call(capability);
    const token = world.as.tokenRequests.map(({ form }) => form.get("refresh_token")).find((value) => value !== null);
    expect(token).toBeTypeOf("string");
    expect(showDeeply([capability, capability.seal(), world.root.logger.lines])).not.toContain(token);
  });

  it("ends when its refresh token is revoked", async () => {
    const { world, detachFor, call } = await openRefreshable();
    const capability = await detachFor();
    await call(capability);
    const { form } = world.as.tokenRequest(1);
    world.as.revokeRefreshToken(form.get("refresh_token") ?? "");
    world.clock.advance(hourMs);
    const outcome = await call(capability);
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_REFUSED", error: "invalid_grant" } });
    expect(world.backend.requests).toHaveLength(1);
  });
});

describe("a refreshable capability of @behalf/dev", () => {
  it("is given and used", async () => {
    const server = await startAuthorizationServer();
    onTestFinished(() => server.close());
    const backend = await startOneBackend();
    const behalf = closeAfterTest(
      createBehalf({
        authority: server.issuer,
        clientId: "orders-api",
        clientSecret: "orders-api-development-secret",
        resource: "urn:behalf:orders-api",
        inbound: { audience: "orders-api" },
        services: { inventory: { host: backend.url, grantType: "tokenExchange", resource: "urn:behalf:inventory" } },
        encryptionKeys: [createEncryptionKey()],
        environment: false,
        logger: createRecordingLogger(),
      }),
    );
    const token = await server.issueAccessToken({ clientId: "orders-app", person: "alice", audience: "orders-api" });
    const alice = await receive(behalf, token);
    const options = { ttlMs: hourMs, services, refreshable: true };
    const sealed = await alice.run(async () => (await behalf.context.detach(options).unwrap()).seal());
    await behalf.runWith(sealed, () => behalf.service("inventory").get("/").unwrap());
    const { sub, aud, act } = readClaims(backend.request().token);
    expect({ sub, aud, act }).toMatchObject({ sub: "alice", aud: "inventory", act: { sub: "orders-api" } });
  });
});
