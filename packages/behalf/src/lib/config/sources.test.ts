import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { configure, endpointOf, serviceOf } from "../../../../../test/support/configure.ts";
import { makeTemporaryFolder } from "../../../../../test/support/temporary-folder.ts";
import { Secret } from "../values/secret.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import { fromEnv, fromFile } from "./reference.ts";

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

  it("is accepted as a reference", () => {
    const configFile = writeFile({ clientSecret: "${env:X}" });
    expect(configure({}, { configFile, environment: { X: "x" } }).root.clientSecret?.value()).toBe("x");
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
    expect(String(configuration.inbound?.audience)).toBe("orders");
  });

  it("keeps a numeric client id a text", () => {
    expect(configure({}, { environment: { BEHALF__CLIENTID: "12345" } }).root.clientId).toBe("12345");
  });

  it.each([
    ["BEHALF__CLIENTSEKRET", /"CLIENTSEKRET" fits nothing there. Write CLIENTSECRET./],
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
