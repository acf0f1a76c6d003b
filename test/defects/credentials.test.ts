import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BackendService,
  type ConfigDelegate,
  ConfigurationError,
  createBehalf,
  fromFile,
  fromProvider,
  HttpClientOptions,
  Outcome,
  type Secret,
  type SecretGiven,
} from "behalf";
import { describe, expect, it } from "vitest";
import { createClock } from "../support/clock.ts";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readBasicClient, readClaims } from "../support/read-claims.ts";
import { some } from "../support/some.ts";
import { startApi } from "../support/start-api.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { the } from "../support/the.ts";

interface Given {
  readonly clientSecret?: SecretGiven | readonly SecretGiven[];
  readonly configDelegate?: ConfigDelegate;
}

/** An API whose root has a client id only, unless more is given. */
function open({ as, backend }: Servers, given: Given) {
  const { clientSecret: _, ...root } = toRoot(as);
  const services = { shipping: { host: backend.url, grantType: "clientCredentials" } } as const;
  const clock = createClock();
  const behalf = closeAfterTest(createBehalf({ ...root, ...given, now: clock.now, services }));
  return { shipping: behalf.service("shipping"), clock };
}

const noSecret = { ok: false, error: { code: "BEHALF_CONFIG_INVALID" } };

describe("a secret that is not there", () => {
  const path = "services.shipping.clientSecret";
  const provided: readonly (readonly [what: string, given: Given, path: string])[] = [
    ["nothing from a provider", { clientSecret: fromProvider(() => undefined) }, path],
    ["nothing later from a provider", { clientSecret: fromProvider(async () => undefined) }, path],
    ["an empty text from a provider", { clientSecret: fromProvider(() => "") }, path],
    ["nothing from a list", { clientSecret: [fromProvider(() => undefined), fromProvider(() => "")] }, path],
    ["an id alone from a delegate", { configDelegate: { getClientCredentials: () => ({ clientId: "own" }) } }, path],
    [
      "an empty text from a delegate",
      { configDelegate: { getClientCredentials: () => ({ clientId: "own", clientSecret: "" }) } },
      path,
    ],
    [
      "an empty id from a delegate",
      { configDelegate: { getClientCredentials: () => ({ clientId: "", clientSecret: "own" }) } },
      "services.shipping.clientId",
    ],
  ];

  it.each(provided)("B-14: is an error that says where, and nothing is asked: %s", async (_what, given, configPath) => {
    const servers = await startServers();
    const outcome = await open(servers, given).shipping.get("/");
    expect(outcome).toMatchObject({ ...noSecret, error: { configPath } });
    expect([servers.as.count("token"), servers.backend.requests.length]).toEqual([0, 0]);
  });

  it("B-14: is an error that says where, after its file is gone", async () => {
    const servers = await startServers();
    const file = join(makeTemporaryFolder(), "secret");
    writeFileSync(file, the.clientSecret);
    const { shipping, clock } = open(servers, { clientSecret: fromFile(file) });
    await shipping.get("/").unwrap();
    rmSync(file);
    clock.advance(300_000);
    const outcome = await shipping.get("/");
    expect(outcome).toMatchObject({ ...noSecret, error: { configPath: path } });
    expect([servers.as.count("token"), servers.backend.requests.length]).toEqual([1, 1]);
  });

  it.each(["missing", "empty"])(
    "B-14: is an error that says where, when its file is %s at the start",
    async (state) => {
      const servers = await startServers();
      const file = join(makeTemporaryFolder(), "secret");
      if (state === "empty") writeFileSync(file, "");
      const attempt = async () =>
        open(servers, { clientSecret: fromFile(file) })
          .shipping.get("/")
          .unwrap();
      const error = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ configPath: expect.stringMatching(/clientSecret$/) });
      expect(servers.as.count("token")).toBe(0);
    },
  );

  it("B-14: is not what a provider's is, beside an id of the configuration", async () => {
    const servers = await startServers();
    await open(servers, { clientSecret: fromProvider(() => the.clientSecret) })
      .shipping.get("/")
      .unwrap();
    const { id, secret } = readBasicClient(servers.as.tokenRequest().headers.authorization);
    expect([id, secret]).toEqual([the.clientId, the.clientSecret]);
  });
});

describe("a failure on the way to a secret", () => {
  const failure = new Error("the vault is sealed");
  const fail = (): never => {
    throw failure;
  };
  const ways: readonly (readonly [what: string, given: Given])[] = [
    ["thrown by a provider", { clientSecret: fromProvider(fail) }],
    ["of a provider's promise", { clientSecret: fromProvider(() => Promise.reject(failure)) }],
    ["thrown by a delegate", { clientSecret: the.clientSecret, configDelegate: { getClientCredentials: fail } }],
    [
      "of a delegate's promise",
      { clientSecret: the.clientSecret, configDelegate: { getClientCredentials: () => Promise.reject(failure) } },
    ],
  ];

  it.each(ways)("B-15: is the outcome of the call, %s", async (_what, given) => {
    const servers = await startServers();
    const outcome = await open(servers, given).shipping.get("/");
    expect(!outcome.ok && outcome.error).toBe(failure);
    expect([servers.as.count("token"), servers.backend.requests.length]).toEqual([0, 0]);
  });

  it("B-15: is the outcome of the call, as a service's own outcome", async () => {
    class SealedService extends BackendService {
      override getClientSecret(): Outcome<Secret> {
        return Outcome.fail(failure);
      }
    }
    const { as, backend } = await startServers();
    const services = { shipping: { host: backend.url, grantType: "clientCredentials" } } as const;
    const serviceClasses = { shipping: SealedService };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services, serviceClasses }));
    const outcome = await behalf.service("shipping").get("/");
    expect(!outcome.ok && outcome.error).toBe(failure);
    expect([as.count("token"), backend.requests.length]).toEqual([0, 0]);
  });
});

describe("a config delegate", () => {
  const own = { clientId: the.otherClientId, clientSecret: the.otherClientSecret };
  const withBoth = { clients: [some.client(), some.client(own)] };

  class Delegate {
    getClientCredentials() {
      return own;
    }
  }
  const bare: ConfigDelegate = Object.assign(Object.create(null), { getClientCredentials: () => own });
  const kinds: readonly (readonly [what: string, delegate: ConfigDelegate])[] = [
    ["a plain object", { getClientCredentials: () => own }],
    ["an object without a prototype", bare],
    ["a frozen object", Object.freeze({ getClientCredentials: async () => own })],
    ["of a class of its own", new Delegate()],
  ];
  const readClients = ({ as }: Servers) =>
    as.tokenRequests.map(({ headers }) => readBasicClient(headers.authorization).id);

  it.each(kinds)("B-16: is used when it is %s", async (_what, configDelegate) => {
    const servers = await startServers(withBoth);
    await open(servers, { clientSecret: the.clientSecret, configDelegate }).shipping.get("/").unwrap();
    expect(readClients(servers)).toEqual([the.otherClientId]);
  });

  it("B-16: is each instance's own, and an adapter brings no other", async () => {
    const servers = await startServers(withBoth);
    const { as, backend } = servers;
    const services = { shipping: { host: backend.url, grantType: "clientCredentials" } } as const;
    const delegates = [own, { clientId: the.clientId, clientSecret: the.clientSecret }];
    for (const credentials of delegates) {
      const configDelegate = { getClientCredentials: () => credentials };
      const behalf = createBehalf({ ...toRoot(as), configDelegate, services });
      const url = await startApi(behalf, (app) =>
        app.get("/", { config: { behalf: { anonymous: true } } }, () =>
          behalf.service("shipping").get("/").json().unwrap(),
        ),
      );
      expect((await fetch(url)).status).toBe(200);
    }
    expect(readClients(servers)).toEqual([the.otherClientId, the.clientId]);
    expect(backend.requests.map(({ token }) => readClaims(token).sub)).toEqual([the.otherClientId, the.clientId]);
  });

  it("B-16: leaves the secret to its provider when it gives an id alone", async () => {
    const servers = await startServers(withBoth);
    const configDelegate = { getClientCredentials: () => ({ clientId: the.otherClientId }) };
    const clientSecret = fromProvider(() => the.otherClientSecret);
    await open(servers, { clientSecret, configDelegate }).shipping.get("/").unwrap();
    expect(readBasicClient(servers.as.tokenRequest().headers.authorization).secret).toBe(the.otherClientSecret);
  });
});

describe("the grant of an endpoint", () => {
  async function start() {
    const { as, backend } = await startServers();
    const endpoints = {
      inherits: "/inherits",
      own: { path: "/own", grantType: "tokenExchange", audience: the.audience },
      open: { path: "/open", grantType: "none" },
    } as const;
    const services = { stock: { host: backend.url, grantType: "clientCredentials", endpoints } } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), services }));
    const { run } = await receive(behalf, await as.issue(some.claims()));
    const seen = () => backend.requests.map(({ path, token }) => [path, token && readClaims(token).sub]);
    return { stock: behalf.service("stock"), run, seen };
  }

  const expected = [
    ["/own", the.alice],
    ["/inherits", the.clientId],
    ["/open", undefined],
    ["/own", the.alice],
  ];

  it("B-17: is its own, whatever the service's is", async () => {
    const { stock, run, seen } = await start();
    for (const name of ["own", "inherits", "open", "own"] as const)
      await run(() => stock.endpoint(name).get().unwrap());
    expect(seen()).toEqual(expected);
  });

  it("B-17: is its own in a call with options of its own", async () => {
    const { stock, run, seen } = await start();
    const clientOptions = new HttpClientOptions();
    for (const name of ["own", "inherits", "open", "own"] as const) {
      await run(() => stock.endpoint(name).get({ clientOptions }).unwrap());
    }
    expect(seen()).toEqual(expected);
    expect(clientOptions).toEqual(new HttpClientOptions());
  });

  it("B-17: is what the service authenticates by when it is given it", async () => {
    const { stock, run } = await start();
    const { authConfig } = stock.endpoint("own");
    const token = await run(() => stock.authenticate(new HttpClientOptions({ authConfig })).unwrap());
    expect(readClaims(token.value())).toMatchObject({ sub: the.alice, aud: the.audience });
    const usual = await run(() => stock.authenticate().unwrap());
    expect(readClaims(usual.value()).sub).toBe(the.clientId);
  });
});
