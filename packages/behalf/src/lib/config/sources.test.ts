import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf, someOptions } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import { Secret } from "../values/secret.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { fromEnv, fromFile, fromProvider } from "./reference.ts";
import { resolveConfiguration } from "./resolve-configuration.ts";

function writeFile(content: unknown, name = "behalf.json"): string {
  const file = join(makeTemporaryFolder(), name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const host = "https://inventory.example.com";

describe("sources", () => {
  it("win in the order code, file, environment", () => {
    const configFile = writeFile({ scope: "file", audience: "file" });
    const { root } = configure(
      { scope: "code", audience: "code", resource: "https://code.example/" },
      { configFile, environment: { BEHALF__SCOPE: "environment" } },
    );
    expect([root.scope, root.audience, root.resource].map(String)).toEqual([
      "environment",
      "file",
      "https://code.example/",
    ]);
  });

  it("are told by describe, with the path of what is inherited", () => {
    const configFile = writeFile({ serviceDefaults: { audience: "file" }, services: { inventory: { timeoutMs: 7 } } });
    const environment = { BEHALF__SERVICES__INVENTORY__HOST: "https://other.example.com" };
    const described = describeConfiguration(configure({ scope: "code" }, { configFile, environment }));
    expect(described.settings).toMatchObject({
      authority: { value: "https://login.example.com", source: "code" },
      clientSecret: { value: "[redacted]", source: "code" },
      messageIdHeader: { value: "x-request-id", source: "default" },
    });
    expect(described.services.inventory?.settings).toMatchObject({
      host: { value: "https://other.example.com", source: "environment" },
      timeoutMs: { value: 7, source: "file" },
      audience: { value: ["file"], source: "file, from serviceDefaults.audience" },
      scope: { value: ["code"], source: "code, from scope" },
      grantType: { value: "none", source: "default" },
    });
    expect(described.services.inventory?.endpoints.item).toMatchObject({
      path: { value: "/items/{sku}" },
      timeoutMs: { value: 7, source: "file, from services.inventory.timeoutMs" },
    });
  });

  it("take a file by path or URL, with its $schema", () => {
    const file = writeFile({ $schema: "./schema.json", name: "from-file" });
    expect(configure({}, { configFile: file }).name).toBe("from-file");
    expect(configure({}, { configFile: pathToFileURL(file) }).name).toBe("from-file");
  });

  it.each([
    ["which is not JSON", "{,}"],
    ["which holds no object", "[]"],
  ])("refuse a file %s", (given, content) => {
    const configFile = writeFile(content);
    expect(() => configure({}, { configFile })).toThrow(
      expect.objectContaining({ configPath: "configFile", message: expect.stringContaining(given) }),
    );
  });

  it("refuse a file that cannot be read", () => {
    expect(() => configure({}, { configFile: "/nowhere/behalf.json" })).toThrow(/configFile: .* which cannot be read/);
  });

  it("let a file add a service and override a short form", () => {
    const configFile = writeFile({ services: { shipping: "https://shipping.example.com/v2", inventory: { host } } });
    const configuration = configure({ services: { inventory: "https://old.example.com/v1" } }, { configFile });
    expect(serviceOf(configuration)).toMatchObject({ origin: host, basePath: "/v1" });
    expect(serviceOf(configuration, "shipping")).toMatchObject({
      origin: "https://shipping.example.com",
      basePath: "/v2",
    });
  });
});

describe("a value that stands elsewhere", () => {
  const secretFile = (): string => writeFile("from-a-file\n", "secret");

  it("is read from the environment and from a file", () => {
    const environment = { SECRET: "from-env" };
    const read = (clientSecret: unknown): string | undefined =>
      configure({ clientSecret }, { environment }).root.clientSecret?.value();
    expect([read(fromEnv("SECRET")), read("${env:SECRET}"), read(fromFile(secretFile()))]).toEqual([
      "from-env",
      "from-env",
      "from-a-file",
    ]);
  });

  it("is read inside a text and inside a list", () => {
    const environment = { STAGE: "test" };
    const { root } = configure({ audience: ["${env:STAGE}-a", "b"], name: "orders-${env:STAGE}" }, { environment });
    expect([...root.audience]).toEqual(["test-a", "b"]);
  });

  it("is not read where the code gives a Secret", () => {
    const { root } = configure({ clientSecret: new Secret("${env:SECRET}") });
    expect(root.clientSecret?.value()).toBe("${env:SECRET}");
  });

  it.each(["${env:NOT_SET}", "${env:EMPTY}", "${file:/nowhere}", "${vault:x}"])(
    "is a problem when %s gives nothing",
    (text) => {
      const attempt = (): unknown => configure({ clientId: text }, { environment: { EMPTY: "" } });
      expect(attempt).toThrow(expect.objectContaining({ configPath: "clientId", problems: [expect.anything()] }));
    },
  );

  it("spoils only the service where it stands", () => {
    const services = { inventory: { host: "${env:NOT_SET}" }, shipping: { host } };
    const configuration = configure({ services }, { environment: {} });
    expect(configuration.problems.map(({ path }) => path)).toEqual(["services.inventory.host"]);
    expect(serviceOf(configuration, "shipping").origin).toBe(host);
  });
});

describe("a secret in the file", () => {
  it.each(["plain", "${env:X} and more", "${nothing}", "a ${env:X}"])("is refused: %s", (clientSecret) => {
    const configFile = writeFile({ serviceDefaults: { clientSecret } });
    const attempt = (): unknown => configure({}, { configFile, environment: { X: "x" } });
    expect(attempt).toThrow(expect.objectContaining({ configPath: "serviceDefaults.clientSecret" }));
    expect(attempt).not.toThrow(/plain|and more/);
  });

  it.each([
    ["clientSecret", { clientSecret: ["${env:X}", "s3cret"] }],
    ["privateKey", { privateKey: "s3cret" }],
    ["privateKey", { privateKey: { kty: "EC", d: "s3cret" } }],
    ["privateKey", { privateKey: [{ kty: "EC", d: "s3cret" }] }],
    ["clientAssertion", { clientAssertion: "s3cret" }],
    ["refreshToken", { refreshToken: "s3cret" }],
    ["actorToken", { actorToken: "s3cret" }],
    ["proxy", { proxy: "http://user:s3cret@proxy.example" }],
    ["clientCertificate.privateKey", { clientCertificate: { privateKey: "s3cret" } }],
    ["dpop.privateKey", { dpop: { privateKey: "s3cret" } }],
    ["encryptionKeys.0.key", { encryptionKeys: [{ id: "a", key: "s3cret" }] }],
    ["identityProvider.clientSecret", { identityProvider: { clientSecret: "s3cret" } }],
    ["tenants.acme.clientSecret", { tenants: { acme: { clientSecret: "s3cret" } } }],
  ])("is refused wherever it stands: %s", (path, content) => {
    const attempt = (): unknown => configure({}, { configFile: writeFile(content), environment: { X: "x" } });
    expect(attempt).toThrow(/: a secret in the file/);
    expect(attempt).toThrow(new RegExp(`^${path.replaceAll(".", "\\.")}`));
    expect(attempt).not.toThrow(/s3cret/);
  });

  it("is accepted as a reference", () => {
    const configFile = writeFile({ clientSecret: "${env:X}" });
    expect(configure({}, { configFile, environment: { X: "x" } }).root.clientSecret?.value()).toBe("x");
  });

  it("is none where names only look like one", () => {
    const content = {
      proxy: "http://proxy.example:8080",
      actorToken: "clientCredentials",
      extraParameters: { certificate: "a", proxy: "b" },
      authorizationDetails: [{ type: "a", privateKey: "c" }],
      services: { clientSecret: { host, endpoints: { proxy: "/a" } } },
    };
    const { root } = configure({}, { configFile: writeFile(content) });
    expect(root.settings.parameters.map(([name]) => name)).toEqual(["authorization_details", "certificate", "proxy"]);
  });
});

describe("a secret that stands elsewhere", () => {
  it("is read again when its file has changed", () => {
    const file = writeFile("first", "secret");
    let instant = 0;
    const options = someOptions({
      clientSecret: fromFile(file),
      clientAssertion: `\${file:${file}}`,
      scope: fromFile(file),
    });
    const { root } = resolveConfiguration(options, { environment: false, now: () => instant });
    const read = (): readonly (string | undefined)[] => [
      root.clientSecret?.value(),
      root.settings.clientAssertion?.peek()?.value(),
      String(root.scope),
    ];
    expect(read()).toEqual(["first", "first", "first"]);
    writeFileSync(file, "second");
    instant += 1_000;
    expect(read()).toEqual(["second", "second", "first"]);
  });

  it("is described by its place", () => {
    const file = writeFile("s3cret", "secret");
    const members = { clientSecret: [fromEnv("A"), fromFile(file)], refreshToken: fromProvider(() => "s3cret") };
    const { settings } = describeConfiguration(configure(members, { environment: { A: "s3cret" } }));
    expect(settings).toMatchObject({
      clientSecret: { value: `\${env:A}, \${file:${file}}`, source: "code" },
      refreshToken: { value: "provider", source: "code" },
    });
    expect(settings).not.toHaveProperty("clientAssertion");
  });

  it("is a problem when its file is not there at the start", () => {
    expect(() => configure({ serviceDefaults: { clientSecret: fromFile("/nowhere") } })).toThrow(
      expect.objectContaining({ configPath: "serviceDefaults.clientSecret" }),
    );
  });
});

describe("an environment variable", () => {
  const services = { "stock-api": { host, endpoints: { "item-list": "/items" } } };

  it.each([
    "BEHALF__SERVICES__STOCK_API__TIMEOUT_MS",
    "BEHALF__SERVICES__StockApi__timeoutms",
    "behalf__services__stockapi__TimeoutMs",
  ])("matches ignoring case and punctuation: %s", (variable) => {
    const configuration = configure({ services }, { environment: { [variable]: "9" } });
    expect(serviceOf(configuration, "stock-api").auth.timeoutMs).toBe(9);
  });

  it("reaches an endpoint, the inbound settings and a flag", () => {
    const environment = {
      BEHALF__SERVICES__STOCKAPI__ENDPOINTS__ITEMLIST__SCOPE: "a b",
      BEHALF__INBOUND__AUDIENCE: "orders",
      BEHALF__SERVERTIMING: "TRUE",
      BEHALF__TOKENMEMORY__MAXENTRIES: "5",
    };
    const configuration = configure({ services }, { environment });
    const endpoint = serviceOf(configuration, "stock-api").endpoints.get("item-list");
    expect(endpoint).toMatchObject({ auth: { scope: expect.objectContaining({ size: 2 }) } });
    expect(configuration).toMatchObject({ serverTiming: true, maxEntries: 5 });
    expect(String(configuration.inbound?.authenticators[0].audience)).toBe("orders");
  });

  it("reaches the groups of every level", () => {
    const environment = {
      BEHALF__DPOP: "true",
      BEHALF__SERVICEDEFAULTS__DPOP__ALGORITHM: "ES384",
      BEHALF__SERVICES__STOCKAPI__IDENTITYPROVIDER__CLIENT_ID: "idp",
      BEHALF__TENANTS__ACME_EU__CLIENTID: "acme",
    };
    const tenants = { "acme-eu": { clientSecret: "s" } };
    const configuration = configure({ services, tenants }, { environment });
    const { root, defaults } = configuration;
    expect([root.settings.dpop?.key, defaults.settings.dpop?.key?.read()?.algorithm]).toEqual([undefined, "ES384"]);
    expect(serviceOf(configuration, "stock-api").auth.identityProvider?.clientId).toBe("idp");
    expect(root.forTenant("acme-eu")?.clientId).toBe("acme");
  });

  it("gives numbers, flags and lists, and objects by JSON", () => {
    const environment = {
      BEHALF__MAXDELEGATEDTTLMS: "60000",
      BEHALF__STRICTPROTOCOL: "True",
      BEHALF__FORWARDTO: "https://a.example https://b.example",
      BEHALF__INBOUND__AUDIENCE: "orders",
      BEHALF__INBOUND__ALGORITHMS: "ES256, RS256",
      BEHALF__EXTRAPARAMETERS: '{ "organization": "acme" }',
      BEHALF__AUTHORIZATIONDETAILS: '[{ "type": "stock" }]',
      BEHALF__ENCRYPTIONKEYS: `[{ "id": "a", "key": "\${env:KEY}" }]`,
      KEY: "A".repeat(43),
    };
    const { root, inbound, encryptionKeys } = configure({}, { environment });
    expect(root.settings).toMatchObject({
      maxDelegatedTtlMs: 60_000,
      dialect: { strictProtocol: true },
      forwardTo: ["https://a.example", "https://b.example"],
      parameters: [
        ["authorization_details", '[{"type":"stock"}]'],
        ["organization", "acme"],
      ],
    });
    expect(inbound?.authenticators[0].algorithms).toEqual(["ES256", "RS256"]);
    expect(encryptionKeys.map(({ id, key }) => [id, key.value()])).toEqual([["a", environment.KEY]]);
  });

  it.each(["{", "[1]", "5"])("is a problem when it is no JSON that fits, and is not shown: %s", (text) => {
    const attempt = (): unknown => configure({}, { environment: { BEHALF__EXTRAPARAMETERS: text } });
    expect(attempt).toThrow(/^extraParameters: /);
    expect(attempt).not.toThrow(`"${text}"`);
  });

  it("keeps a numeric client id a text", () => {
    expect(configure({}, { environment: { BEHALF__CLIENTID: "12345" } }).root.clientId).toBe("12345");
  });

  it.each([
    ["BEHALF__CLIENTSEKRET", /"CLIENTSEKRET" fits nothing there. Write CLIENT_SECRET./],
    ["BEHALF__SERVICES__SHIPPING__HOST", /"SHIPPING" fits nothing there. Known: stock-api/],
    ["BEHALF__INBOUND", /It names a group; go on with __ and one of audience/],
    ["BEHALF__CLIENTID__X", /"X" fits nothing there. Known: nothing/],
  ])("is a problem when it fits nothing: %s", (variable, fix) => {
    expect(() => configure({ services }, { environment: { [variable]: "x" } })).toThrow(
      expect.objectContaining({ configPath: variable, fix: expect.stringMatching(fix) }),
    );
  });

  it("is a problem when it fits two names", () => {
    const twins = { "stock-api": { host }, stockApi: { host } };
    const environment = { BEHALF__SERVICES__STOCKAPI__SCOPE: "a" };
    expect(() => configure({ services: twins }, { environment })).toThrow(/fits stock-api and stockApi; rename one/);
  });

  it("is passed over without the prefix, and without a value", () => {
    const environment = { BEHALF: "x", BEHALFX__CLIENTID: "x", BEHALF__CLIENTID: undefined };
    expect(configure({}, { environment }).root.clientId).toBe("orders-api");
  });

  it("is read from the process unless told otherwise", () => {
    expect(endpointOf(configure({}, { environment: process.env })).name).toBe("item");
  });
});
