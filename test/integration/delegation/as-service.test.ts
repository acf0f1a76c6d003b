import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readClaims } from "../../support/read-claims.ts";
import { answer } from "../../support/scripted-backend.ts";
import { the } from "../../support/the.ts";
import { openDetach } from "./open-detach.ts";

const grantsOf = ({ as }: { readonly as: { readonly tokenRequests: readonly { readonly form: URLSearchParams }[] } }) =>
  as.tokenRequests.map(({ form }) => form.get("grant_type"));

describe("inside asService", () => {
  it.each(["inventory", "depends"] as const)("%s is called as this API, outside of a request", async (name) => {
    const { behalf, world } = await openDetach();
    await behalf.asService(() => behalf.service(name).get("/").unwrap());
    expect(grantsOf(world)).toEqual([the.clientCredentialsGrant]);
    expect(readClaims(world.backend.request().token)).toMatchObject({ sub: the.clientId, aud: the.audience });
  });

  it.each(["inventory", "depends"] as const)("%s is called as this API, in a request too", async (name) => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const token = alice.context.caller?.token?.value() ?? "";
    await alice.run(() => behalf.asService(() => behalf.service(name).get("/").unwrap()));
    expect(grantsOf(world)).toEqual([the.clientCredentialsGrant]);
    expect(world.as.tokenRequest().body).not.toContain(token);
    expect(readClaims(world.backend.request().token).sub).toBe(the.clientId);
  });

  it("nobody's own token is forwarded", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const outcome = await alice.run(() => behalf.asService(async () => behalf.service("gateway").get("/")));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
    world.expectSilence();
  });

  it("a service that takes no token gets none", async () => {
    const { behalf, world } = await openDetach();
    await behalf.asService(() => behalf.service("public").get("/").unwrap());
    expect(world.backend.request().token).toBeUndefined();
  });

  it("the request goes on: its message id is sent", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const id = alice.context.messageId({ enforce: true });
    await alice.run(() => behalf.asService(() => behalf.service("inventory").get("/").unwrap()));
    expect(world.backend.request().headers["x-request-id"]).toBe(id);
  });
});

describe("outside of asService", () => {
  it("nothing has changed: the caller is who is acted for", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    await alice.run(async () => {
      await behalf.asService(() => behalf.service("inventory").get("/").unwrap());
      await behalf.service("inventory").get("/").unwrap();
    });
    expect(world.backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.clientId, the.alice]);
  });

  it("nothing has changed: without a request, nobody is acted for", async () => {
    const { behalf, world } = await openDetach();
    await behalf.asService(() => behalf.service("inventory").get("/").unwrap());
    const outcome = await behalf.service("inventory").get("/");
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
    expect(world.backend.requests).toHaveLength(1);
  });

  it("nothing has changed after the work has failed", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const failing = (): never => {
      throw new Error("disk full");
    };
    await alice.run(async () => {
      expect(() => behalf.asService(failing)).toThrow("disk full");
      await behalf.service("inventory").get("/").unwrap();
    });
    expect(readClaims(world.backend.request().token).sub).toBe(the.alice);
  });

  it("a call is made for whom it was made in there", async () => {
    const { behalf, world } = await openDetach();
    const alice = await world.receive(behalf);
    const call = behalf.asService(() => [behalf.service("inventory").get("/")] as const);
    await alice.run(() => call[0].unwrap());
    expect(readClaims(world.backend.request().token).sub).toBe(the.clientId);
  });
});

describe("a capability and asService", () => {
  it("are each what they are, one in the other", async () => {
    const { behalf, world, detach } = await openDetach();
    const capability = await detach();
    const call = () => behalf.service("inventory").get("/").unwrap();
    await behalf.asService(() => behalf.runWith(capability, call));
    await behalf.runWith(capability, () => behalf.asService(call));
    expect(world.backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.alice, the.clientId]);
  });

  it("do not mix with callers, 50 at a time", async () => {
    const { behalf, world, detach } = await openDetach();
    world.backend.handle(answer.delay(2));
    const capability = await detach();
    const call = async (who: string): Promise<void> => {
      await sleep(0);
      await behalf.service("inventory").get(`/${who}`).unwrap();
    };
    const work = Array.from({ length: 50 }, async (_, index) => {
      const request = await world.receive(behalf, { sub: `caller-${index}` });
      if (index % 5 === 4) return request.run(() => behalf.runWith(capability, () => call(the.alice)));
      return request.run(() =>
        Promise.all([call(`caller-${index}`), behalf.asService(() => call(the.clientId)), call(`caller-${index}`)]),
      );
    });
    await Promise.all(work);
    const seen = world.backend.requests.map(({ path, token }) => [path, `/${readClaims(token).sub}`]);
    expect(seen).toHaveLength(130);
    expect(seen.filter(([path, subject]) => path !== subject)).toEqual([]);
  });
});
