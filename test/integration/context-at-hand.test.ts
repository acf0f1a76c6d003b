import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import {
  createBehalf,
  HttpClientOptions,
  HttpServiceProvider,
  type RequestHook,
  type ResponseHook,
  type ServerFetch,
  type ServiceEndpoint,
  type SharedStore,
  type StandardSchema,
} from "behalf";
import { behalfExpress, behalfExpressErrors, behalfRoute } from "behalf/express";
import type { AnyBehalf } from "behalf/fastify";
import express, { type Express } from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMemoryServer } from "../support/memory-shared-store.ts";
import { closeAfterTest, openRequest, type ReceivedRequest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { createRecordingLogger } from "../support/recording-logger.ts";
import type { ScriptedAs } from "../support/scripted-as.ts";
import { answer, type Backend } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { startAs, startOneBackend } from "../support/start-servers.ts";

interface Opened {
  readonly as: ScriptedAs;
  readonly backend: Backend;
  readonly behalf: AnyBehalf;
  readonly item: ServiceEndpoint<"/items/{sku}">;
  readonly fetch: typeof globalThis.fetch;
  /** What the backend was asked for, and on whose behalf. */
  seen(): readonly string[];
  issue(subject: string): Promise<string>;
  /** Another instance, as the next process would have it. */
  connectAgain(): Pick<Opened, "behalf" | "item">;
  /** Receives a request of the caller. */
  receive(subject: string): Promise<ReceivedRequest>;
}

interface Replaced {
  readonly onRequest?: RequestHook;
  readonly onResponse?: ResponseHook;
  readonly provider?: typeof HttpServiceProvider;
  readonly store?: SharedStore;
  readonly fetch?: ServerFetch;
}

/** Opens an instance that knows the current request until a handler first waits. */
async function open({
  provider: Provider = HttpServiceProvider,
  store,
  fetch: given,
  ...hooks
}: Replaced = {}): Promise<Opened> {
  const as = await startAs();
  const backend = await startOneBackend();
  backend.handle(answer.json({ found: true }));
  const inventory = {
    host: backend.url,
    grantType: "tokenExchange",
    audience: "inventory",
    endpoints: { item: "/items/{sku}" },
    ...hooks,
  } as const;
  const connect = () =>
    closeAfterTest(
      createBehalf({
        ...toRoot(as),
        ambientContext: false,
        ...(store && { store }),
        ...(given && { fetch: given }),
        encryptionKeys: [{ id: "a", key: "A".repeat(43) }],
        httpServiceProvider: (dependencies) => new Provider(dependencies),
        services: { inventory },
      }),
    );
  const behalf = connect();
  const issue = (sub: string): Promise<string> => as.issue(some.claims({ sub }));
  return {
    as,
    backend,
    behalf,
    item: behalf.service("inventory").endpoint("item"),
    fetch: behalf.service("inventory").fetch,
    seen: () => backend.requests.map(({ url, token }) => `${url} for ${readClaims(token).sub}`),
    issue,
    connectAgain() {
      const other = connect();
      return { behalf: other, item: other.service("inventory").endpoint("item") };
    },
    receive: async (subject) => receive(behalf, await issue(subject)),
  };
}

const sku = (value: string) => ({ params: { sku: value } });

describe("without an ambient context, a handler", () => {
  it("calls for its caller, with a token to be obtained and with one in memory", async () => {
    const { item, seen, receive } = await open();
    const [alice, bob] = [await receive("alice"), await receive("bob")];
    const call = ({ run }: ReceivedRequest, value: string) => run(() => item.get(sku(value)).json().unwrap());
    await Promise.all([call(alice, "1"), call(bob, "2"), call(alice, "3"), call(bob, "4")]);
    await Promise.all([call(bob, "5"), call(alice, "6")]);
    expect([...seen()].sort()).toEqual(
      ["1 for alice", "2 for bob", "3 for alice", "4 for bob", "5 for bob", "6 for alice"].map(
        (end) => `/items/${end}`,
      ),
    );
  });

  it("has no caller after it has waited: the call is refused, and nobody's token is sent", async () => {
    const { behalf, item, seen, receive } = await open();
    const [alice, bob] = [await receive("alice"), await receive("bob")];
    const late = alice.run(async () => {
      await wait(1);
      return [behalf.context.current(), await item.get(sku("1"))];
    });
    await bob.run(() => item.get(sku("2")).unwrap());
    expect(await late).toMatchObject([undefined, { ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } }]);
    expect(seen()).toEqual(["/items/2 for bob"]);
  });

  it("has it in a snapshot, whoever calls in between", async () => {
    const { behalf, item, seen, receive } = await open();
    const [alice, bob] = [await receive("alice"), await receive("bob")];
    const late = alice.run(async () => {
      const runHere = behalf.context.snapshot();
      await wait(1);
      return bob.run(() => runHere(() => item.get(sku("1")).unwrap()));
    });
    await Promise.all([late, bob.run(() => item.get(sku("2")).unwrap())]);
    expect([...seen()].sort()).toEqual(["/items/1 for alice", "/items/2 for bob"]);
  });

  it("is as it was after work that throws", async () => {
    const { behalf, receive } = await open();
    const [alice, bob] = [await receive("alice"), await receive("bob")];
    const found = alice.run(() => {
      expect(() =>
        bob.run(() => {
          throw new Error("no");
        }),
      ).toThrow("no");
      return behalf.context.current();
    });
    expect(found).toBe(alice.context);
    expect(behalf.context.current()).toBeUndefined();
  });

  it("reads the answer of its call when it likes", async () => {
    const { item, seen, receive } = await open();
    const call = (await receive("alice")).run(() => item.get(sku("1")));
    await wait(1);
    expect(await (await receive("bob")).run(() => call.json().unwrap())).toEqual({ found: true });
    expect(seen()).toEqual(["/items/1 for alice"]);
  });

  it("gets many, to the last one", async () => {
    const { item, seen, receive } = await open();
    const alice = await receive("alice");
    const keys = ["1", "2", "3", "4", "5"];
    await alice.run(() => item.getMany(keys, { concurrency: 2 }).unwrap());
    expect([...seen()].sort()).toEqual(keys.map((key) => `/items/${key} for alice`));
  });

  it("is acted for in all pages, wherever the loop runs", async () => {
    const { backend, item, seen, receive } = await open();
    backend.handle((request, response) => {
      const skip = Number(request.query.get("skip") ?? 0);
      return answer.json({ meta: { total: 3, skip }, data: [skip] })(request, response);
    });
    const pages = (await receive("alice")).run(() => item.pages(sku("all")));
    const items: unknown[] = [];
    for await (const one of pages) items.push(one);
    expect(items).toEqual([0, 1, 2]);
    expect(seen().every((line) => line.endsWith("for alice"))).toBe(true);
  });

  it("is acted for when a schema of its body has thought for a while", async () => {
    const { backend, item, seen, receive } = await open();
    const bodySchema: StandardSchema<unknown> = {
      "~standard": { version: 1, vendor: "test", validate: async (value) => wait(1, { value }) },
    };
    const alice = await receive("alice");
    const messageId = alice.context.messageId({ enforce: true });
    await alice.run(() => item.post({ ...sku("1"), json: {}, bodySchema }).unwrap());
    expect(seen()).toEqual(["/items/1 for alice"]);
    expect(backend.request().headers["x-request-id"]).toBe(messageId);
  });

  it("acts as this API itself in work of its own", async () => {
    const { behalf, item, seen, receive } = await open();
    const alice = await receive("alice");
    await alice.run(async () => {
      await behalf.asService(() => item.get(sku("1")).unwrap());
      const late = behalf.asService(async () => {
        await wait(1);
        return item.get(sku("2"));
      });
      expect(await late).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
    });
    expect(seen()).toEqual(["/items/1 for orders-api"]);
  });

  it("sends its message id with a call that had to wait for its token", async () => {
    const { behalf, backend, item, issue } = await open();
    const request = openRequest(behalf, { ...bearer(await issue("alice")), "x-request-id": "abc-1" });
    await behalf.authenticateCaller(request.context);
    await request.run(() => item.get(sku("1")).unwrap());
    expect(backend.requests[0]?.headers["x-request-id"]).toBe("abc-1");
  });
});

describe("what a program adds to calls", () => {
  it("is told in the request of its call, however long that has waited", async () => {
    const told: unknown[] = [];
    const tell = (): void => void told.push(opened.behalf.context.current()?.caller?.claims.sub);
    const opened = await open({ onRequest: tell, onResponse: tell });
    const { item, fetch, receive } = opened;
    const [alice, bob] = [await receive("alice"), await receive("bob")];
    await Promise.all([alice.run(() => item.get(sku("1")).unwrap()), bob.run(() => fetch("/items/2"))]);
    expect([...told].sort()).toEqual(["alice", "alice", "bob", "bob"]);
  });

  it.each([
    ["in memory", undefined],
    ["shared", createMemoryServer().connect()],
  ])("takes the place of a step in the request that it is for, tokens %s", async (_where, store) => {
    const found: unknown[] = [];
    class Provider extends HttpServiceProvider {
      protected override onTokenExchangeAuthentication(
        ...given: Parameters<HttpServiceProvider["onTokenExchangeAuthentication"]>
      ) {
        found.push(this.getMessageId({ enforce: true }) !== undefined);
        return super.onTokenExchangeAuthentication(...given);
      }
    }
    const { behalf, item, receive, connectAgain } = await open({ provider: Provider, ...(store && { store }) });
    const alice = await receive("alice");
    await alice.run(() => item.get(sku("1")).unwrap());
    // Elsewhere, what others evicted and the caller's token have to be asked for first.
    const options = { ttlMs: 60_000, services: ["inventory"], refreshable: true };
    const capability = await alice.run(() => behalf.context.detach(options).unwrap());
    const other = connectAgain();
    await other.behalf.runWith(capability.seal(), () => other.item.get(sku("2")).unwrap());
    expect(found).toEqual([true, true]);
  });

  it("asks the authorization server in nobody's request", async () => {
    const told: unknown[] = [];
    const opened = await open({
      fetch(...given) {
        told.push(opened.behalf.context.scope());
        return fetch(...given);
      },
    });
    const { item, receive } = opened;
    const { run } = await receive("alice");
    told.length = 0;
    await run(() => item.get(sku("1")).unwrap());
    expect(told).toEqual([undefined]);
  });

  it("is told the message id with what became of a token", async () => {
    const logger = createRecordingLogger();
    const { behalf, item, receive } = await open();
    const { context, run } = await receive("alice");
    const messageId = context.messageId({ enforce: true });
    const options = new HttpClientOptions({ authConfig: item.authConfig });
    await run(() => behalf.httpServiceProvider.authenticate(options, { logger }).then((outcome) => outcome.unwrap()));
    expect(logger.lines).toMatchObject([{ fields: { messageId } }]);
  });
});

async function startExpress(addRoutes: (app: Express) => void): Promise<string> {
  const app = express();
  addRoutes(app);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("without an ambient context, an API", () => {
  const post = (token: string): RequestInit => ({
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: '{"sku":"1"}',
  });

  it("in Fastify calls from a handler, behind the body and hooks that wait", async () => {
    const { behalf, item, seen, issue } = await open();
    const known: boolean[] = [];
    const origin = await startApi(behalf, (app) => {
      app.addHook("onRequest", (...[, , done]) => {
        known.push(behalf.context.current() !== undefined);
        done();
      });
      app.addHook("preHandler", async () => wait(1));
      app.post<{ Body: { sku: string } }>("/", ({ body }) => item.get(sku(body.sku)).json().unwrap());
    });
    const tokens = await Promise.all([issue("alice"), issue("bob"), issue("carol")]);
    const answers = await Promise.all(tokens.map((token) => fetch(origin, post(token))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(known).toEqual([true, true, true]);
    expect([...seen()].sort()).toEqual(["alice", "bob", "carol"].map((name) => `/items/1 for ${name}`));
  });

  it("in Express calls from a handler, of a caller who is not known yet as well", async () => {
    const { behalf, item, seen, issue } = await open();
    const origin = await startExpress((app) => {
      app.use(behalfExpress(behalf));
      app.get("/", async (_request, response) => void response.json(await item.get(sku("1")).json().unwrap()));
      app.use(behalfExpressErrors(behalf));
    });
    const tokens = await Promise.all([issue("alice"), issue("bob")]);
    await Promise.all([...tokens, ...tokens].map((token) => fetch(origin, { headers: bearer(token) })));
    expect([...seen()].sort()).toEqual(["alice", "alice", "bob", "bob"].map((name) => `/items/1 for ${name}`));
  });

  it("in Express calls behind a parser of bodies, with the adapter in front of the handler again", async () => {
    const { behalf, item, seen, issue } = await open();
    const origin = await startExpress((app) => {
      app.use(behalfExpress(behalf), express.json());
      const handle: express.RequestHandler = async ({ body }, response) =>
        void response.json(await item.get(sku(body.sku)).json().unwrap());
      app.post("/", behalfRoute(behalf, {}), handle);
      app.post("/without", handle);
      app.use(behalfExpressErrors(behalf));
    });
    const token = await issue("alice");
    expect((await fetch(origin, post(token))).status).toBe(200);
    expect((await fetch(`${origin}/without`, post(token))).status).toBe(500);
    expect(seen()).toEqual(["/items/1 for alice"]);
  });
});
