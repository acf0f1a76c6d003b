import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { startAuthorizationServer } from "@behalf/dev";
import { type AuthOptions, createBehalf, fromProvider } from "behalf";
import { behalfExpress, behalfExpressErrors } from "behalf/express";
import type { AnyBehalf } from "behalf/fastify";
import express from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { createRecordingLogger } from "../../support/recording-logger.ts";
import { some } from "../../support/some.ts";
import { bearer, startApi } from "../../support/start-api.ts";
import { startAs, startOneBackend } from "../../support/start-servers.ts";

const names = ["orders-api", "inventory", "pricing"] as const;
type Name = (typeof names)[number];

const secretOf = (name: Name): string => `secret of ${name}: +`;
const clients = names.map((clientId) => some.client({ clientId, clientSecret: secretOf(clientId) }));

interface Api {
  readonly issuer: string;
  readonly name: Name;
  readonly framework: "fastify" | "express";
  /** Whom it calls; nobody, for the last one. */
  readonly next?: { readonly name: Name; readonly url: string };
  readonly auth?: AuthOptions;
}

function openBehalf({ issuer, name, next, auth }: Api) {
  return closeAfterTest(
    createBehalf({
      authority: issuer,
      clientId: name,
      clientSecret: secretOf(name),
      inbound: { audience: name },
      environment: false,
      logger: createRecordingLogger(),
      services: next
        ? { next: { host: next.url, grantType: "tokenExchange", audience: next.name, ...auth } }
        : { next: "http://127.0.0.1:1" },
    }),
  );
}

async function startExpress(behalf: AnyBehalf, answer: () => Promise<unknown>): Promise<string> {
  const app = express().use(behalfExpress(behalf));
  app.get("/", async (_request, response) => void response.json(await answer()));
  app.use(behalfExpressErrors(behalf));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts an API that answers with what the next one answers, and the last one with the claims of its caller. */
async function start(api: Api): Promise<string> {
  const behalf = openBehalf(api);
  const answer = async (): Promise<unknown> =>
    api.next ? behalf.service("next").get("/").json().unwrap() : { ...behalf.context.current()?.caller?.claims };
  if (api.framework === "express") return startExpress(behalf, answer);
  return startApi(behalf, (app) => app.get("/", answer));
}

/** Starts a -> b -> c, and gives the origin of a. */
async function startChain(issuer: string, toAuth: (name: Name) => AuthOptions = () => ({})): Promise<string> {
  const [a, b, c] = names;
  const last = await start({ issuer, name: c, framework: "express" });
  const middle: Api = { issuer, name: b, framework: "fastify", next: { name: c, url: last }, auth: toAuth(b) };
  const next = { name: b, url: await start(middle) };
  return start({ issuer, name: a, framework: "express", next, auth: toAuth(a) });
}

/** Asks the server of @behalf/dev for the token of an API itself, for itself. */
async function askForOwnToken(issuer: string, id: Name): Promise<string> {
  const form = { grant_type: "client_credentials", client_id: id, client_secret: secretOf(id), audience: id };
  const answer = await fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams(form) });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

const askAs = async (url: string, token: string): Promise<unknown> =>
  (await fetch(url, { headers: bearer(token) })).json();

describe("a chain of three APIs, at the scripted server", () => {
  it("tells the last one who acts, and who acted before", async () => {
    const as = await startAs({ clients });
    const claims = await askAs(await startChain(as.issuer), await as.issue(some.claims()));
    const act = { sub: "inventory", act: { sub: "orders-api" } };
    expect(claims).toMatchObject({ sub: "alice", aud: "pricing", act });
    expect(as.count("token")).toBe(2);
  });

  it("names each actor by a token of its own", async () => {
    const as = await startAs({ clients });
    const url = await startChain(as.issuer, () => ({ actorToken: "clientCredentials" }));
    const claims = await askAs(url, await as.issue(some.claims()));
    const act = { sub: "inventory", act: { sub: "orders-api" } };
    expect(claims).toMatchObject({ sub: "alice", aud: "pricing", act });
    expect(
      as.tokenRequests.map(({ form }) => [form.get("grant_type")?.split(":").at(-1), form.has("actor_token")]),
    ).toEqual([
      ["client_credentials", false],
      ["token-exchange", true],
      ["client_credentials", false],
      ["token-exchange", true],
    ]);
  });

  it("names an actor by a token from elsewhere", async () => {
    const as = await startAs({ clients });
    const robot = await as.issue({ sub: "robot", client_id: "robots" });
    const url = await startChain(as.issuer, () => ({ actorToken: fromProvider(() => robot) }));
    const claims = await askAs(url, await as.issue(some.claims()));
    expect(claims).toMatchObject({ act: { sub: "robot", act: { sub: "robot" } } });
  });

  it("asks for each token once, however often it is called", async () => {
    const as = await startAs({ clients });
    const url = await startChain(as.issuer, () => ({ actorToken: "clientCredentials" }));
    const token = await as.issue(some.claims());
    const answers = await Promise.all(Array.from({ length: 12 }, () => askAs(url, token)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(as.count("token")).toBe(4);
  });
});

describe("a chain of three APIs, at the server of @behalf/dev", () => {
  const startServer = async () => {
    const server = await startAuthorizationServer({
      clients: [
        ...names.map((id) => ({ id, secret: secretOf(id) })),
        { id: "orders-app", redirectUris: ["http://127.0.0.1/callback"] },
      ],
    });
    onTestFinished(() => server.close());
    return server;
  };

  it.each([
    ["no actor token", () => () => ({})],
    [
      "actor tokens",
      (issuer: string) => (name: Name) => ({ actorToken: fromProvider(() => askForOwnToken(issuer, name)) }),
    ],
  ])("ends with the nested actors, by %s", async (_case, toAuth) => {
    const { issuer, issueAccessToken } = await startServer();
    const token = await issueAccessToken({ clientId: "orders-app", person: "alice", audience: "orders-api" });
    const claims = await askAs(await startChain(issuer, toAuth(issuer)), token);
    const act = { sub: "inventory", act: { sub: "orders-api" } };
    expect(claims).toMatchObject({ sub: "alice", aud: "pricing", act });
  });
});

describe("a token that says who may act", () => {
  const ask = async (mayAct: object, auth: AuthOptions = {}) => {
    const as = await startAs({ clients });
    const backend = await startOneBackend();
    const next = { name: "inventory", url: backend.url } as const;
    const behalf = openBehalf({ issuer: as.issuer, name: "orders-api", framework: "fastify", next, auth });
    let outcome: unknown;
    const url = await startApi(behalf, (app) =>
      app.get("/", async () => {
        outcome = await behalf.service("next").get("/");
        return "ok";
      }),
    );
    await fetch(url, { headers: bearer(await as.issue(some.claims({ may_act: mayAct }))) });
    return { outcome, backend };
  };

  it("is exchanged by the one it names", async () => {
    const { outcome, backend } = await ask({ sub: "orders-api" });
    expect(outcome).toMatchObject({ ok: true });
    expect(backend.requests).toHaveLength(1);
  });

  it.each([
    ["by itself", {}],
    ["by an actor token", { actorToken: "clientCredentials" }],
  ] as const)("is not exchanged by another, %s", async (_case, auth) => {
    const { outcome, backend } = await ask({ sub: "billing-api" }, auth);
    const error = { name: "TokenRefusedError", code: "BEHALF_TOKEN_REFUSED", error: "invalid_grant" };
    const place = { client: "orders-api", service: "services.next", grant: "tokenExchange" };
    expect(outcome).toMatchObject({ ok: false, error: { ...error, ...place } });
    expect(backend.requests).toEqual([]);
  });
});
