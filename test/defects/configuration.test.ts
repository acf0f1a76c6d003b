import { BackendService, ConfigurationError, createBehalf, InvalidEndpoint, RequestRefusedError, Secret } from "behalf";
import { describe, expect, it } from "vitest";
import { fromProvider } from "../../packages/behalf/src/lib/config/reference.ts";
import { configure, serviceOf } from "../support/configure.ts";
import { closeAfterTest, toRoot } from "../support/open-behalf.ts";
import { readBasicClient, readClaims } from "../support/read-claims.ts";
import { showDeeply } from "../support/recording-logger.ts";
import { some } from "../support/some.ts";
import { startApi } from "../support/start-api.ts";
import { type Servers, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const levels = ["root", "defaults", "service", "endpoint"] as const;
const at = (level: (typeof levels)[number]) => ({
  clientId: `${level}-client`,
  clientSecret: `${level}-secret`,
  scope: `${level}:scope`,
});

/** One API with settings at all four levels, and one with settings at the root only. */
function openLevels({ as, backend }: Servers) {
  const root = { ...toRoot(as), ...at("root"), grantType: "clientCredentials" } as const;
  const host = backend.url;
  const deep = closeAfterTest(
    createBehalf({
      ...root,
      serviceDefaults: at("defaults"),
      services: {
        plain: { host, endpoints: { inherits: "/" } },
        own: { host, ...at("service"), endpoints: { inherits: "/", own: { path: "/", ...at("endpoint") } } },
      },
    }),
  );
  const flat = closeAfterTest(createBehalf({ ...root, services: { plain: { host, endpoints: { inherits: "/" } } } }));
  return {
    root: flat.service("plain").endpoint("inherits"),
    defaults: deep.service("plain").endpoint("inherits"),
    service: deep.service("own").endpoint("inherits"),
    endpoint: deep.service("own").endpoint("own"),
  };
}

const startWithLevels = (): Promise<Servers> =>
  startServers({ clients: levels.map((level) => some.client({ ...at(level), scope: `${level}:scope` })) });

describe("inheritance", () => {
  it.each(levels)("B-3: sends the client id and the secret of the %s", async (level) => {
    const servers = await startWithLevels();
    await openLevels(servers)[level].get().unwrap();
    const { id, secret } = readBasicClient(servers.as.tokenRequest().headers.authorization);
    expect([id, secret]).toEqual([`${level}-client`, `${level}-secret`]);
    expect(readClaims(servers.backend.request().token).sub).toBe(`${level}-client`);
  });

  it.each(levels)("B-66: sends the scope of the %s", async (level) => {
    const servers = await startWithLevels();
    await openLevels(servers)[level].get().unwrap();
    expect(servers.as.tokenRequest().form.get("scope")).toBe(`${level}:scope`);
    expect(readClaims(servers.backend.request().token).scope).toBe(`${level}:scope`);
  });

  it("B-10: keeps the client secret apart from the scope, at one level or at two", async () => {
    const { as, backend } = await startServers();
    const services = {
      same: { host: backend.url, clientSecret: the.clientSecret, scope: the.scope },
      below: { host: backend.url, scope: the.otherScope },
    };
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), grantType: "clientCredentials", services }));
    await behalf.service("same").get("/").unwrap();
    await behalf.service("below").get("/").unwrap();
    const asked = as.tokenRequests.map(({ headers, form }) => [
      readBasicClient(headers.authorization).secret,
      form.get("scope"),
    ]);
    expect(asked).toEqual([
      [the.clientSecret, the.scope],
      [the.clientSecret, the.otherScope],
    ]);
  });
});

describe("the methods of an endpoint", () => {
  function open({ as, backend }: Servers, clientSecret: string = the.clientSecret) {
    const environment = { BEHALF__SERVICES__INVENTORY__ENDPOINTS__SET__METHODS: "get, post" };
    return closeAfterTest(
      createBehalf({
        ...toRoot(as),
        clientSecret,
        environment,
        services: {
          inventory: {
            host: backend.url,
            grantType: "clientCredentials",
            endpoints: {
              any: "/any",
              reading: { path: "/reading", methods: "GET" },
              listed: { path: "/listed", methods: ["GET", "PUT"] },
              set: "/set",
            },
          },
        },
      }),
    ).service("inventory");
  }

  it("B-7: are never read from another setting, such as the secret", async () => {
    const servers = await startServers({ clients: [some.client({ clientSecret: "GET" })] });
    const inventory = open(servers, "GET");
    await inventory.endpoint("any").post().unwrap();
    await inventory.endpoint("any").get().unwrap();
    expect(servers.backend.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });

  it("B-7: tell no secret when they refuse or are described", async () => {
    const { as, backend } = await startServers();
    const services = {
      one: { host: backend.url, endpoints: { any: "/", reading: { path: "/", methods: "GET" } } },
    } as const;
    const behalf = closeAfterTest(createBehalf({ ...toRoot(as), clientSecret: the.markerSecret, services }));
    const refused = await behalf.service("one").endpoint("reading").post();
    expect(showDeeply([refused, behalf.describe()])).not.toContain(the.markerSecret);
    expect(behalf.describe().services.one?.endpoints.any).not.toHaveProperty("methods");
    expect(behalf.describe().services.one?.endpoints.reading?.methods?.value).toEqual(["GET"]);
  });

  it("B-46: are enforced before anything is asked for or sent", async () => {
    const { as, backend } = await startServers();
    const outcome = await open({ as, backend }).endpoint("reading").post();
    expect(!outcome.ok && outcome.error).toBeInstanceOf(RequestRefusedError);
    expect(outcome).toMatchObject({ error: { refusal: "method" } });
    expect([as.requests.length, backend.requests.length]).toEqual([0, 0]);
  });

  it("B-46: may be a list", async () => {
    const servers = await startServers();
    const listed = open(servers).endpoint("listed");
    await listed.get().unwrap();
    await listed.put().unwrap();
    expect(await listed.delete()).toMatchObject({ ok: false, error: { refusal: "method" } });
    expect(servers.backend.requests.map(({ method }) => method)).toEqual(["GET", "PUT"]);
  });

  it("B-46: may be written in any case", async () => {
    const servers = await startServers();
    const inventory = open(servers);
    await inventory.endpoint("set").get().unwrap();
    await inventory.endpoint("set").post().unwrap();
    expect(await inventory.endpoint("set").put()).toMatchObject({ ok: false, error: { refusal: "method" } });
    expect(servers.backend.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });
});

describe("a service", () => {
  class TypedService extends BackendService {}

  /** Services of every kind, some of them wrong. */
  function open({ as, backend }: Servers) {
    const host = backend.url;
    const root = toRoot(as);
    const behalf = closeAfterTest(
      createBehalf({
        ...root,
        serviceClasses: { typed: TypedService, typedWrong: TypedService },
        services: {
          bare: { host },
          url: `${host}/v1/assets`,
          full: { host, basePath: "/v1", endpoints: { item: "/items", wrong: { path: "items" } } },
          typed: { host, endpoints: { item: "/items", wrong: "items" } },
          wrong: { host: "inventory" },
          typedWrong: { host: "inventory", endpoints: { item: "/items" } },
        },
      }),
    );
    return { behalf, logger: root.logger };
  }

  it("B-49: can be made, whether or not it has a class", async () => {
    const { behalf } = open(await startServers());
    for (const name of ["bare", "url", "full", "typed", "wrong", "typedWrong"] as const) {
      expect(behalf.service(name)).toBeInstanceOf(BackendService);
      expect(behalf.service(name).name).toBe(name);
    }
  });

  it("B-49: can be called, whether or not it has a class", async () => {
    const servers = await startServers();
    const { behalf } = open(servers);
    await behalf.service("bare").get("/a").unwrap();
    await behalf.service("full").get("/b").unwrap();
    await behalf.service("typed").get("/c").unwrap();
    expect(servers.backend.requests.map(({ path }) => path)).toEqual(["/a", "/v1/b", "/c"]);
  });

  it("B-48: may be one URL, with one endpoint of its own name", async () => {
    const servers = await startServers();
    const { behalf } = open(servers);
    await behalf.service("url").endpoint("url").get().unwrap();
    await behalf.service("url").get("/small").unwrap();
    expect(servers.backend.requests.map(({ path }) => path)).toEqual(["/v1/assets", "/v1/assets/small"]);
    expect(behalf.service("url").endpoints.invalid).toEqual([]);
  });

  it("B-48: tells what is wrong with its endpoints, also when it has a class", async () => {
    const { behalf } = open(await startServers());
    for (const name of ["full", "typed"] as const) {
      const service = behalf.service(name);
      expect(service.getEndpoint("item").issues).toEqual([]);
      expect(service.getEndpoint("wrong").issues).toMatchObject([{ path: `services.${name}.endpoints.wrong.path` }]);
      expect(service.endpoints.invalid.map((endpoint) => endpoint.name)).toEqual(["wrong"]);
    }
  });

  it("B-48: tells what is wrong with itself at each of its endpoints, also when it has a class", async () => {
    const { behalf } = open(await startServers());
    expect(behalf.service("typedWrong").getEndpoint("item").issues).toMatchObject([
      { path: "services.typedWrong.host" },
    ]);
  });

  it.each([
    { kind: "is wrong", service: "full", endpoint: "wrong", path: "services.full.endpoints.wrong.path" },
    { kind: "is not configured", service: "full", endpoint: "missing", path: "services.full.endpoints.missing" },
    { kind: "belongs to a wrong service", service: "wrong", endpoint: "item", path: "services.wrong.host" },
  ] as const)("B-8: reports an endpoint that $kind, and logs it", async ({ service, endpoint, path }) => {
    const { as, backend } = await startServers();
    const { behalf, logger } = open({ as, backend });
    expect(behalf.service(service).getEndpoint(endpoint)).toBeInstanceOf(InvalidEndpoint);
    const outcome = await behalf.service(service).getEndpoint(endpoint).get();
    expect(!outcome.ok && outcome.error).toBeInstanceOf(ConfigurationError);
    expect(outcome).toMatchObject({ error: { configPath: path } });
    expect(logger.lines.at(-1)).toMatchObject({ level: "error", fields: { service, endpoint, problems: [{ path }] } });
    expect(backend.requests).toHaveLength(0);
  });

  it("B-8: keeps the process up and tells the caller no details", async () => {
    const servers = await startServers();
    const { behalf } = open(servers);
    const url = await startApi(behalf, (app) => {
      const config = { behalf: { anonymous: true } };
      app.get("/wrong", { config }, () => behalf.service("full").getEndpoint("wrong").get().unwrap());
      app.get("/right", { config }, () => behalf.service("full").getEndpoint("item").get().json().unwrap());
    });
    const wrong = await fetch(`${url}/wrong`);
    expect(wrong.status).toBe(500);
    expect(await wrong.text()).not.toContain("services.full");
    expect((await fetch(`${url}/right`)).status).toBe(200);
  });
});

describe("a client secret that is asked for", () => {
  const authContext = { grantType: "clientCredentials" } as const;

  /** The outcome of asking a node whose secret a provider gives. */
  async function ask(read: () => Secret | string | undefined, services: object = {}) {
    const inventory = { host: "https://inventory.example.com", grantType: "clientCredentials", ...services };
    const { auth } = serviceOf(configure({ clientSecret: fromProvider(read), services: { inventory } }));
    return auth.getClientSecret({ ...authContext, authConfig: auth });
  }

  it.each([[undefined], [""], [new Secret("")]])(
    "B-14: is an error with its path when there is none: %s",
    async (none) => {
      const outcome = await ask(() => none);
      expect(!outcome.ok && outcome.error).toBeInstanceOf(ConfigurationError);
      expect(outcome).toMatchObject({ ok: false, error: { configPath: "services.inventory.clientSecret" } });
      expect(outcome).toMatchObject({ error: { message: expect.stringContaining("provider, which gives nothing") } });
    },
  );

  it("B-14: is given when there is one, whatever the client id is", async () => {
    const outcome = await ask(() => the.clientSecret, { clientId: the.otherClientId });
    expect(outcome.unwrap().value()).toBe(the.clientSecret);
  });

  it("B-15: is never a success without a value", async () => {
    const { auth } = serviceOf(
      configure({ clientAuthentication: "none", clientSecret: fromProvider(() => undefined) }),
    );
    expect(await auth.getClientSecret()).toMatchObject({ ok: false, error: { code: "BEHALF_CONFIG_INVALID" } });
  });

  it("B-15: fails with what the provider throws", async () => {
    const error = new Error("vault sealed");
    const outcome = await ask(() => {
      throw error;
    });
    expect(outcome).toMatchObject({ ok: false, error });
  });

  it("B-16: may be a delegate's, of whatever class or none", () => {
    class Vault {
      getClientCredentials() {
        return { clientId: the.clientId, clientSecret: the.clientSecret };
      }
    }
    const plain = { getClientCredentials: () => undefined };
    const services = { inventory: { host: "https://inventory.example.com", grantType: "clientCredentials" } };
    for (const configDelegate of [new Vault(), plain, Object.create(new Vault())]) {
      const configuration = configure({ configDelegate, services });
      expect(configuration.configDelegate).toBe(configDelegate);
      expect(configuration.problems).toEqual([]);
    }
  });

  it("B-16: is a problem when the delegate cannot answer, and never passed over", () => {
    expect(() => configure({ configDelegate: { getClientCredential: () => undefined } })).toThrow(ConfigurationError);
  });
});
