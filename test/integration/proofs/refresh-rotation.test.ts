import { createBehalf, fromProvider } from "behalf";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { closeAfterTest, openRequest, toRoot } from "../../support/open-behalf.ts";
import { fault } from "../../support/scripted-as.ts";
import { the } from "../../support/the.ts";
import { countTo } from "./count-to.ts";
import { call, openRefreshWorld } from "./refresh-world.ts";
import { createVault } from "./token-vault.ts";

describe("a refresh token that is rotated", () => {
  it.each(["a vault", "the configuration"])("from %s is spent once by 200 callers, time and again", async (place) => {
    const world = await openRefreshWorld();
    const token = world.issue();
    const api = world.create(place === "a vault" ? createVault(token).source : token);
    for (const round of [1, 2, 3]) {
      await Promise.all(countTo(200).map(() => call(api)));
      expect(world.as.tokenRequests).toHaveLength(round);
      world.letTokensEnd();
    }
    expect(world.backend.requests).toHaveLength(600);
    expect(new Set(world.sent()).size).toBe(3);
  });

  // One flight for each refresh token would give the second scope the token of the first:
  // https://github.com/DuendeSoftware/foss/issues/360
  it("gives two services of different scope each its own, one after the other", async () => {
    const { as, backend, clock, issue, sent } = await openRefreshWorld();
    const vault = createVault(issue({ scope: `${the.scope} ${the.otherScope}` }));
    const shared = { host: backend.url, refreshToken: vault.source } as const;
    const api = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        now: clock.now,
        serviceDefaults: { grantType: "refreshToken" },
        services: {
          reading: { ...shared, basePath: "/reading", scope: the.scope },
          writing: { ...shared, basePath: "/writing", scope: the.otherScope },
        },
      }),
    );
    const names = countTo(200).map((index) => (index % 2 === 0 ? "reading" : "writing"));
    await Promise.all(names.map((name) => api.service(name).get("/").unwrap()));

    const scopes: Readonly<Record<string, string>> = { "/reading/": the.scope, "/writing/": the.otherScope };
    expect(backend.requests).toHaveLength(200);
    for (const { path, token = "" } of backend.requests) expect(decodeJwt(token).scope).toBe(scopes[path]);
    expect(new Set(sent()).size).toBe(2);
    expect(sent()).toHaveLength(2);
    expect(vault.kept).toHaveLength(2);
    expect(vault.kept[0]).toBe(sent()[1]);
  });

  it("is told to whoever keeps it, each time", async () => {
    const { issue, create, sent, letTokensEnd } = await openRefreshWorld();
    const first = issue();
    const vault = createVault(first);
    const api = create(vault.source);
    for (let round = 0; round < 3; round++) {
      await call(api);
      letTokensEnd();
    }
    expect(sent()).toEqual([first, ...vault.kept.slice(0, 2)]);
    expect(vault.kept).toHaveLength(3);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error(the.markerSecret);
      },
    ],
    ["rejects", () => Promise.reject(new Error(the.markerSecret))],
  ] as const)("is not lost when whoever keeps it %s", async (_how, keep) => {
    const { issue, create, sent, letTokensEnd, logger } = await openRefreshWorld();
    const first = issue();
    const api = create(fromProvider(() => first, { keep }));
    await call(api);
    letTokensEnd();
    await call(api);
    expect(sent()).toHaveLength(2);
    expect(sent()[1]).not.toBe(first);
    const lines = logger.lines.filter(({ message }) => message === "a rotated refresh token was not kept");
    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        fields: expect.objectContaining({ service: "services.inventory.endpoints.items" }),
      }),
      expect.anything(),
    ]);
    expect(logger.text()).not.toContain(the.markerSecret);
    expect(logger.text()).not.toContain(String(sent()[1]));
  });

  // https://github.com/badgateway/oauth2-client/issues/161
  it("is used on where no new one comes back", async () => {
    const { issue, create, sent, letTokensEnd } = await openRefreshWorld();
    const token = issue({ rotates: false });
    const vault = createVault(token);
    const api = create(vault.source);
    for (let round = 0; round < 3; round++) {
      await call(api);
      letTokensEnd();
    }
    expect(sent()).toEqual([token, token, token]);
    expect(vault.kept).toEqual([]);
  });
});

describe("a caller that hangs up during a refresh", () => {
  it("does not take the new refresh token along", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const first = issue();
    const api = create(first);
    const gate = as.hold();
    const request = openRequest(api);
    const hungUp = request.run(() => call(api));
    await gate.arrived();
    request.hangUp();
    await expect(hungUp).rejects.toThrow();
    gate.release();
    await call(api);
    expect(sent()[0]).toBe(first);
    expect(sent().slice(1)).not.toContain(first);
  });
});

describe("two instances that share where a refresh token is kept", () => {
  // https://github.com/DuendeArchive/Support/issues/1286 and https://github.com/spring-projects/spring-security/issues/11461
  it("use what the other one rotated it to, after one more look", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const first = issue();
    const vault = createVault(first);
    const late = fromProvider((_, { refused }) => {
      if (refused) vault.reads.refused += 1;
      return refused ? vault.token : first;
    });
    await call(create(vault.source));
    as.faults.when(({ form }) => form.get("refresh_token") === first, fault.oauthError("invalid_grant"));
    await call(create(late));
    expect(sent()).toEqual([first, first, vault.kept[0]]);
    expect(vault.reads.refused).toBe(1);
  });

  it("fail with the refusal where there is no other, after one more look", async () => {
    const { as, issue, create, sent } = await openRefreshWorld();
    const first = issue();
    const vault = createVault(first);
    as.revokeRefreshToken(first);
    await expect(call(create(vault.source))).rejects.toMatchObject({
      code: "BEHALF_TOKEN_REFUSED",
      error: "invalid_grant",
    });
    expect(sent()).toEqual([first]);
    expect(vault.reads).toEqual({ all: 2, refused: 1 });
  });

  it("follow one another through what is kept, call by call", async () => {
    const { issue, create, sent, letTokensEnd } = await openRefreshWorld();
    const vault = createVault(issue());
    const instances = [create(vault.source), create(vault.source)];
    for (let round = 0; round < 3; round++) {
      for (const api of instances) await call(api);
      letTokensEnd();
    }
    expect(new Set(sent()).size).toBe(6);
    expect(vault.reads.refused).toBe(0);
  });
});
