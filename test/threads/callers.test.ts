import { createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, type ReceivedRequest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { fault } from "../support/scripted-as.ts";
import { answer } from "../support/scripted-backend.ts";
import { some } from "../support/some.ts";
import { bearer, startApi } from "../support/start-api.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

function open({ as, backend }: Servers, maxEntries = 10_000) {
  const host = backend.url;
  return closeAfterTest(
    createBehalf({
      ...toRoot(as),
      tokenMemory: { maxEntries },
      serviceDefaults: { grantType: "tokenExchange", audience: the.audience },
      services: {
        stock: { host, basePath: "/stock", endpoints: { all: "/" } },
        rates: { host, basePath: "/rates", audience: the.otherAudience },
        jobs: { host, grantType: "clientCredentials" },
        other: { host, grantType: "clientCredentials", scope: the.otherScope },
      },
    }),
  );
}

type Api = ReturnType<typeof open>;

const call = (behalf: Api, { run }: ReceivedRequest, name: "stock" | "rates" = "stock") =>
  run(() => behalf.service(name).get("/"));

const readSubjects = ({ backend }: Servers): readonly unknown[] =>
  backend.requests.map(({ token }) => readClaims(token).sub);

describe("a caller who comes back from a step-up", () => {
  const stepUp = 'Bearer error="insufficient_user_authentication", acr_values="gold"';

  /** Alice's token before and after; the server says in what it gives how strongly she was authenticated. */
  async function start() {
    const servers = await startServers();
    const { as, backend } = servers;
    const [weak, strong] = [await as.issue(some.claims()), await as.issue(some.claims({ acr: "gold" }))];
    as.faults.when(({ form }) => form.get("subject_token") === strong, fault.claims({ acr: "gold" }));
    backend.handle((request, response) => {
      const isStrong = readClaims(request.token).acr === "gold";
      return (isStrong ? answer.echo() : answer.unauthorized(stepUp))(request, response);
    });
    return { servers, weak, strong };
  }

  // https://github.com/AzureAD/microsoft-identity-web/issues/1388
  it("is never given the token of before, on any instance", async () => {
    const { servers, weak, strong } = await start();
    const instances = [open(servers), open(servers)];
    for (const instance of instances) {
      expect(await call(instance, await receive(instance, weak))).toMatchObject({ ok: false, error: { status: 401 } });
    }
    for (const instance of instances) {
      expect(await call(instance, await receive(instance, strong))).toMatchObject({ ok: true });
    }
    expect(servers.as.count("token")).toBe(4);
  });

  // https://github.com/Azure-Samples/active-directory-dotnet-native-aspnetcore-v2/pull/98
  it("keeps what each of the two tokens is worth", async () => {
    const { servers, weak, strong } = await start();
    const behalf = open(servers);
    for (const token of [weak, strong, weak, strong]) await call(behalf, await receive(behalf, token));
    const strengths = servers.backend.requests.map(({ token }) => readClaims(token).acr);
    expect(strengths).toEqual([undefined, "gold", undefined, "gold"]);
    expect(servers.as.count("token")).toBe(2);
  });
});

describe("the memory of tokens", () => {
  // https://github.com/AzureAD/microsoft-identity-web/issues/3237
  it("is bounded: who came first is asked for anew", async () => {
    const servers = await startServers();
    const { as } = servers;
    const behalf = open(servers, 3);
    const tokens = await Promise.all(["a", "b", "c", "d"].map((sub) => as.issue(some.claims({ sub }))));
    const [first = "", ...others] = tokens;
    for (const token of tokens) await call(behalf, await receive(behalf, token)).unwrap();
    for (const token of others) await call(behalf, await receive(behalf, token)).unwrap();
    expect(as.count("token")).toBe(4);
    await call(behalf, await receive(behalf, first)).unwrap();
    expect(as.count("token")).toBe(5);
  });

  // https://github.com/spring-projects/spring-security/issues/13816
  it("holds one token of this API's own for all callers", async () => {
    const servers = await startServers();
    const { as } = servers;
    const behalf = open(servers, 2);
    await behalf.service("other").get("/").unwrap();
    for (let index = 0; index < 50; index += 1) {
      const { run } = await receive(behalf, await as.issue(some.claims({ sub: `caller-${index}` })));
      await run(() => behalf.service("jobs").get("/").unwrap());
    }
    await behalf.service("other").get("/").unwrap();
    expect(as.tokenRequests.map(({ form }) => form.get("scope"))).toEqual([the.otherScope, null]);
  });
});

describe("callers that look alike", () => {
  const alike = [
    ["neither subject nor e-mail", { sub: undefined }],
    ["an empty subject and e-mail", { sub: "", email: "" }],
    ["the same e-mail", { email: "team@example.com" }],
    ["the same subject", {}],
  ] as const;

  // https://github.com/IBM/mcp-context-forge/pull/5224
  it.each(alike)("by %s never get each other's token", async (_what, claims) => {
    const servers = await startServers();
    const { as, backend } = servers;
    const behalf = open(servers);
    const tokens = await Promise.all(Array.from({ length: 4 }, () => as.issue(some.claims(claims))));
    const callers = await Promise.all(tokens.map((token) => receive(behalf, token)));
    await Promise.all(callers.map((caller) => call(behalf, caller).unwrap()));
    for (const caller of callers) await call(behalf, caller).unwrap();
    const exchanged = as.tokenRequests.map(({ form }) => form.get("subject_token"));
    expect(new Set(exchanged)).toEqual(new Set(tokens));
    expect([new Set(backend.requests.map(({ token }) => token)).size, as.count("token")]).toEqual([4, 4]);
  });

  // https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/4158
  it("because there are many get their own at each of two backends", async () => {
    const servers = await startServers();
    const { as, backend } = servers;
    const behalf = open(servers);
    const url = await startApi(behalf, (app) =>
      app.get<{ Params: { who: string } }>("/:who", async ({ params }) => {
        const query = { for: params.who };
        await Promise.all([
          behalf.service("rates").get("/", { query }).unwrap(),
          behalf.service("stock").get("/", { query }).unwrap(),
        ]);
        return "ok";
      }),
    );
    const names = Array.from({ length: 90 }, (_, index) => `caller-${index % 30}`);
    const tokens = new Map(
      await Promise.all(names.slice(0, 30).map(async (sub) => [sub, await as.issue(some.claims({ sub }))] as const)),
    );
    const answers = await Promise.all(
      names.map((name) => fetch(`${url}/${name}`, { headers: bearer(tokens.get(name) ?? "") })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const seen = backend.requests.map(({ token, query }) => [readClaims(token).sub, query.get("for")]);
    expect(seen.filter(([sub, who]) => sub !== who)).toEqual([]);
    expect([seen.length, as.count("token")]).toEqual([180, 60]);
  });
});

describe("a principal", () => {
  // https://github.com/SAP/cloud-sdk-js/issues/1765
  it("whose token is good for nothing gets nothing of another's, before or after", async () => {
    const servers = await startServers();
    const { as, backend } = servers;
    const behalf = open(servers);
    const [mallory, alice] = [await as.issue(some.claims({ sub: "mallory" })), await as.issue(some.claims())];
    as.faults.when(({ form }) => form.get("subject_token") === mallory, fault.oauthError("invalid_grant"));
    for (const [token, ok] of [
      [mallory, false],
      [alice, true],
      [mallory, false],
    ] as const) {
      expect(await call(behalf, await receive(behalf, token))).toMatchObject({ ok });
    }
    expect(readSubjects({ as, backend })).toEqual([the.alice]);
  });

  // https://github.com/databricks/appkit/pull/268
  it("is whose request it is, though the handle was made before there was one", async () => {
    const servers = await startServers();
    const behalf = open(servers);
    const handles = [
      behalf.service("stock").endpoint("all"),
      behalf.asService(() => behalf.service("stock").endpoint("all")),
    ];
    const alice = await receive(behalf, await servers.as.issue(some.claims()));
    const bob = await receive(behalf, await servers.as.issue(some.claims({ sub: the.bob })));
    for (const handle of handles) {
      await behalf.asService(() => handle.get().unwrap());
      await alice.run(() => handle.get().unwrap());
      await bob.run(() => handle.get().unwrap());
      expect(await handle.get()).toMatchObject({ ok: false, error: { code: "BEHALF_CONTEXT_MISSING" } });
    }
    const each = [the.clientId, the.alice, the.bob];
    expect(readSubjects(servers)).toEqual([...each, ...each]);
  });

  // https://github.com/danielmurrmann/Fancy.ResourceLinker/pull/42
  it("is not the first one for all who come later", async () => {
    const servers = await startServers();
    const { as } = servers;
    const behalf = open(servers);
    const first = await receive(behalf, await as.issue(some.claims()));
    const handle = await first.run(async () => {
      const made = behalf.service("stock").endpoint("all");
      await made.get().unwrap();
      return made;
    });
    for (const sub of [the.bob, "carol"]) {
      const { run } = await receive(behalf, await as.issue(some.claims({ sub })));
      await run(() => handle.get().unwrap());
    }
    await first.run(() => handle.get().unwrap());
    expect(readSubjects(servers)).toEqual([the.alice, the.bob, "carol", the.alice]);
  });
});
