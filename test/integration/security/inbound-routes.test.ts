import { createBehalf, type RoutePolicy } from "behalf";
import { behalfExpress, behalfExpressErrors, behalfRoute } from "behalf/express";
import express, { type Express } from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../support/listen.ts";
import { toRoot } from "../../support/open-behalf.ts";
import { some } from "../../support/some.ts";
import { startAs } from "../../support/start-servers.ts";
import { the } from "../../support/the.ts";
import { openFront } from "../inbound/open-front.ts";

async function serve(app: Express): Promise<string> {
  const { url, close } = await listen(app);
  onTestFinished(close);
  return url;
}

describe("an authenticator that is byRouteOnly", () => {
  it("opens no route behind its own that does not name it", async () => {
    const as = await startAs();
    const behalf = createBehalf({
      ...toRoot(as),
      inbound: {
        audience: the.clientId,
        authenticators: {
          people: {},
          partners: {
            type: "custom",
            authorizationHeader: "x-api-key",
            byRouteOnly: true,
            authenticate: () => ({ subject: "partner" }),
          },
        },
      },
      services: {},
    });
    onTestFinished(() => behalf.close());
    const app = express();
    app.use("/hooks", behalfRoute(behalf, { authenticators: "partners" }));
    app.get("/hooks/order", (_request, response) => void response.send("order"));
    app.use(behalfExpress(behalf));
    app.get("/hooks/admin", (_request, response) => void response.send("secret"));
    app.use(behalfExpressErrors(behalf));
    const url = await serve(app);
    const headers = { "x-api-key": "k" };
    expect((await fetch(`${url}/hooks/order`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/hooks/admin`, { headers })).status).toBe(401);
  });
});

describe("a verdict", () => {
  it("does not depend on what another authenticator's route has seen", async () => {
    const { as, verdict } = await openFront({
      inbound: {
        authenticators: {
          jwt: { audience: the.clientId },
          anything: { type: "introspection", audience: the.otherAudience },
        },
      },
    });
    const token = await as.issue(some.claims({ aud: the.otherAudience }));
    expect(await verdict(token)).toBe("audience");
    await verdict(token, { authenticators: "anything" });
    expect(await verdict(token)).toBe("audience");
  });

  it("is that of the first of those that a route names, whatever was asked before", async () => {
    const authenticators = { a: { audience: "a" }, b: { audience: "b", byRouteOnly: true } };
    const { as, verdict } = await openFront({ inbound: { authenticators } });
    const token = await as.issue(some.claims({ aud: "b" }));
    expect(await verdict(token, { authenticators: ["a", "b"] })).toBe("audience");
    expect(await verdict(token, { authenticators: "b" })).toBe("accepted");
    expect(await verdict(token, { authenticators: ["a", "b"] })).toBe("audience");
  });
});

describe("a policy that cannot be read", () => {
  it.each<[string, unknown]>([
    ["a misspelt name", { scope: "admin" }],
    ["a promise", Promise.resolve({ scopes: "admin" })],
    ["an identity that there is not", { identity: "persons" }],
    ["an age that is no number", { maxAgeMs: Number.NaN }],
    ["scopes from a variable that is not there", { scopes: undefined }],
    ["no scope", { scopes: "" }],
    ["a claim without a value", { claims: { role: undefined } }],
    ["a claim that may have none", { claims: { role: [] } }],
    ["no object", "admin"],
  ])("opens nothing: %s", async (_case, policy) => {
    const { behalf, as, verdict } = await openFront();
    expect(() => behalf.inbound.checkPolicy(policy as RoutePolicy)).toThrow(TypeError);
    expect(await verdict(await as.issue(some.claims()), policy as RoutePolicy)).toContain("TypeError");
  });

  it("finds no claim in what every object has", async () => {
    const { as, verdict } = await openFront();
    const policy = { claims: { constructor: (value: unknown) => value !== undefined } };
    expect(await verdict(await as.issue(some.claims()), policy)).toBe("claim");
  });
});

describe("the token of a caller who has none", () => {
  const keys = { type: "custom", authenticate: () => ({ subject: "p" }) } as const;

  it("is not the API key", async () => {
    const { receive, behalf } = await openFront({ inbound: { authenticators: { keys } } });
    const { context } = await receive("key_secret");
    const given = await behalf.context.run(context, () => behalf.httpServiceProvider.getAccessToken());
    expect(given).toMatchObject({ ok: false, error: { code: "BEHALF_CALLER_TOKEN_MISSING" } });
  });

  it("is not one that nobody has looked at", async () => {
    const authenticators = {
      people: { audience: the.clientId },
      keys: { ...keys, authorizationHeader: "x-api-key", byRouteOnly: true },
    } as const;
    const { receive, behalf } = await openFront({ inbound: { authenticators } });
    const headers = ["x-api-key", "k", "authorization", "Bearer somebody.elses.token"];
    const { context } = await receive({ headers }, { authenticators: "keys" });
    const given = await behalf.context.run(context, () => behalf.httpServiceProvider.getAccessToken());
    expect(given).toMatchObject({ ok: false });
  });
});

it("what a function of the program throws tells a stranger nothing", async () => {
  const as = await startAs();
  const behalf = createBehalf({
    ...toRoot(as),
    inbound: { type: "custom", authenticate: ({ credential }) => JSON.parse(credential.value()) },
    services: {},
  });
  onTestFinished(() => behalf.close());
  const app = express();
  app.use(behalfExpress(behalf), behalfExpressErrors(behalf));
  const answer = await fetch(await serve(app), { headers: { authorization: "Bearer <secret-key" } });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toMatch(/secret-key|JSON|at /);
});
