import { ActorToken, type AuthenticateCaller, CallerTokenError, createBehalf, isBehalfError } from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../../support/clock.ts";
import { findMarks, mark } from "../../support/marks.ts";
import { closeAfterTest, openRequest, toRoot } from "../../support/open-behalf.ts";
import { recordEveryEvent } from "../../support/record-events.ts";
import { some } from "../../support/some.ts";
import { startServers } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { type Front, openFront } from "./open-front.ts";

const key = `key_${mark("api-key")}`;
const shown = { headers: ["x-api-key", key] };

const withKeys = (authenticate: AuthenticateCaller, settings: { readonly keepMs?: number } = {}): Promise<Front> =>
  openFront({
    inbound: {
      authenticators: { apiKey: { type: "custom", authorizationHeader: "X-API-Key", authenticate, ...settings } },
    },
  });

describe("an authenticator of one's own", () => {
  it("is given what was shown, and says who shows it", async () => {
    let given: readonly unknown[] = [];
    const { clock, look } = await withKeys(({ credential, header, signal }) => {
      given = [credential.value(), header, signal.aborted];
      return { subject: "shop", client: "web-shop", scopes: "orders audit", claims: { region: "north" } };
    });
    const caller = await look(shown);
    expect(given).toEqual([key, "x-api-key", false]);
    expect(caller).toMatchObject({
      authenticator: "apiKey",
      issuer: "apiKey",
      subject: "shop",
      client: "web-shop",
      token: undefined,
      claims: { region: "north" },
      expiresAt: clock.now() + 60_000,
    });
    expect([...(caller?.scopes ?? [])]).toEqual(["orders", "audit"]);
  });

  it("refuses by saying nothing, and is asked again the next time", async () => {
    let asked = 0;
    const { verdict } = await withKeys(async () => {
      asked += 1;
      return undefined;
    });
    expect([await verdict(shown), await verdict(shown), asked]).toEqual(["inactive", "inactive", 2]);
  });

  it("is asked again after keepMs", async () => {
    let subject = "before";
    const { clock, look } = await withKeys(() => ({ subject }), { keepMs: 1_000 });
    expect(await look(shown)).toMatchObject({ subject: "before" });
    subject = "after";
    clock.advance(999);
    expect(await look(shown)).toMatchObject({ subject: "before" });
    clock.advance(1);
    expect(await look(shown)).toMatchObject({ subject: "after" });
  });

  it("is asked again when what it said has ended, sooner than after keepMs", async () => {
    const clock = createClock();
    let asked = 0;
    const { look, verdict } = await openFront({
      clock,
      inbound: {
        type: "custom",
        authenticate: () => {
          asked += 1;
          return { subject: "shop", expiresAt: new Date(clock.now() + (asked === 1 ? 500 : 0)) };
        },
      },
    });
    expect((await look("key_1"))?.expiresAt).toBe(clock.now() + 500);
    clock.advance(499);
    expect([await verdict("key_1"), asked]).toEqual(["accepted", 1]);
    clock.advance(1);
    expect([await verdict("key_1"), asked]).toEqual(["expired", 2]);
  });

  it("is not asked later than after keepMs, whatever end it names", async () => {
    let asked = 0;
    const { clock, verdict } = await withKeys(() => {
      asked += 1;
      return { subject: "shop", expiresAt: new Date(clock.now() + 3_600_000) };
    });
    await verdict(shown);
    clock.advance(60_000);
    expect([await verdict(shown), asked]).toEqual(["accepted", 2]);
  });

  it("lets nobody in by throwing, and tells nobody what it threw", async () => {
    const { look } = await withKeys(() => {
      throw new RangeError("the database db-7 is away");
    });
    const refused = expect.objectContaining({
      code: "BEHALF_CONFIG_INVALID",
      configPath: expect.stringMatching(/^inbound\b.*\.authenticate$/),
      message: expect.not.stringContaining("db-7"),
    });
    await expect(look(shown)).rejects.toEqual(refused);
    await expect(look(shown, { anonymous: true })).rejects.toEqual(refused);
  });

  it("refuses by an error of Behalf's", async () => {
    const refusal = new CallerTokenError("expired");
    const { look } = await withKeys(() => {
      throw refusal;
    });
    await expect(look(shown)).rejects.toBe(refusal);
  });

  it("cannot change later what it said", async () => {
    const claims = { roles: ["reader"] };
    const { look } = await withKeys(() => ({ subject: "shop", claims }));
    await look(shown);
    claims.roles.push("admin");
    expect((await look(shown))?.claims).toEqual({ roles: ["reader"] });
    expect(Object.isFrozen((await look(shown))?.claims.roles)).toBe(true);
  });
});

describe("a caller with an API key", () => {
  async function openApi(hasToken = false) {
    const { as, backend } = await startServers();
    const token = hasToken ? await as.issue(some.claims()) : undefined;
    const root = toRoot(as);
    const behalf = closeAfterTest(
      createBehalf({
        ...root,
        inbound: {
          type: "custom",
          authorizationHeader: "x-api-key",
          authenticate: () => ({
            subject: the.alice,
            ...(token === undefined ? {} : { accessToken: new ActorToken(token) }),
          }),
        },
        serviceDefaults: { audience: the.audience },
        services: {
          inventory: { host: backend.url, grantType: "tokenExchange" },
          gateway: { host: backend.url, grantType: "forward", forwardTo: backend.url },
          automatic: { host: backend.url, grantType: "automatic" },
        },
      }),
    );
    const request = openRequest(behalf, { "x-api-key": key });
    await behalf.authenticateCaller(request.context);
    const call = (name: "inventory" | "gateway" | "automatic") =>
      request.run(async () => behalf.service(name).get("/"));
    return { as, backend, behalf, token, logger: root.logger, request, call };
  }

  it.each(["inventory", "gateway", "automatic"] as const)("has nothing done on its behalf: %s", async (name) => {
    const { as, backend, call } = await openApi();
    expect(await call(name)).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
    expect([as.requests, backend.requests]).toEqual([[], []]);
  });

  it("has its access token exchanged, never the key", async () => {
    const { as, backend, token, call } = await openApi(true);
    expect(await call("inventory")).toMatchObject({ ok: true });
    expect(as.tokenRequest().form.get("subject_token")).toBe(token);
    expect(await call("gateway")).toMatchObject({ ok: true });
    expect(backend.request().token).toBe(token);
    const sent = [...as.requests, ...backend.requests].map(({ headers, body }) => [headers, body]);
    expect(findMarks(sent)).toEqual([]);
  });

  it("leaves the key in no event, line, error, caller or problem document", async () => {
    const events = recordEveryEvent();
    const { behalf, logger, request, call } = await openApi();
    const outcome = await call("inventory");
    if (outcome.ok || !isBehalfError(outcome.error)) throw new Error("It was to fail");
    const shownThings = [events, logger.lines, outcome, outcome.error, request.context.caller, request.context];
    expect(findMarks([...shownThings, behalf.answer(outcome.error, request.context)])).toEqual([]);
  });
});
