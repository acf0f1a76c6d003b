import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ConfigurationError, createBehalf } from "../../packages/behalf/src/index.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

type Wrong = readonly [name: string, changes: object, more?: { readonly file?: object; readonly environment?: object }];

const host = "https://inventory.example.com";
const right = { authority: "https://login.example.com", clientId: "orders-api", clientSecret: "s3cret", services: {} };
const inventory = (changes: object): object => ({ services: { inventory: { host, ...changes } } });

const wrongs: readonly Wrong[] = [
  ["no authority", { authority: undefined }],
  ["a misspelt option", { clientID: "orders-api" }],
  ["an unprotected authority", { authority: "http://login.example.com" }],
  ["a secret in the file", {}, { file: { clientSecret: "s3cret" } }],
  ["an unset variable", { clientSecret: "${env:ORDERS_SECRET}" }],
  ["a variable that fits nothing", {}, { environment: { BEHALF__SERVICE__INVENTORY__HOST: host } }],
  ["inbound without audience", { inbound: { issuer: "https://login.example.com", algorithms: ["HS256"] } }],
  ["a host with a path", inventory({ host: "https://alice:s3cret@inventory.example.com/v1" })],
  ["an unknown grant type and a wrong path", inventory({ grantType: "exchange", endpoints: { item: "items" } })],
  ["a grant without credentials", { clientId: undefined, ...inventory({ grantType: "TX", endpoints: {} }) }],
  [
    "a misspelt endpoint option",
    inventory({ endpoints: { item: { path: "/items/{sku", metods: "GET", timeoutMs: -1 } } }),
  ],
];

function refuse([, changes, { file, environment = {} } = {}]: Wrong): string {
  const configFile = join(makeTemporaryFolder(), "behalf.json");
  writeFileSync(configFile, JSON.stringify(file ?? {}));
  const given = Object.entries({ ...right, ...changes }).filter(([, value]) => value !== undefined);
  const options = { ...Object.fromEntries(given), configFile, environment, strict: true };
  try {
    createBehalf(options as Parameters<typeof createBehalf>[0]);
    return "accepted";
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, given, fix }) => `${path}: ${given}\n  → ${fix}`).join("\n");
  }
}

it("tells of each wrong configuration where it is, what stands there and what to do", () => {
  const told = wrongs.map((wrong) => `# ${wrong[0]}\n${refuse(wrong)}`).join("\n\n");
  expect(told).not.toContain("s3cret");
  expect(told).toMatchInlineSnapshot(`
    "# no authority
    authority: nothing
      → Give the issuer URL of the authorization server, such as "https://login.example.com".

    # a misspelt option
    clientID: an unknown key
      → Write "clientId".

    # an unprotected authority
    authority: an unprotected URL
      → Use https, or set "[allowInsecureRequests]: true" and accept that tokens travel in clear text.

    # a secret in the file
    clientSecret: a secret in the file
      → Write "\${env:NAME}" or "\${file:PATH}" in its place.

    # an unset variable
    clientSecret: \${env:ORDERS_SECRET}, which gives nothing
      → Set the environment variable ORDERS_SECRET.

    # a variable that fits nothing
    BEHALF__SERVICE__INVENTORY__HOST: a variable with that name
      → "SERVICE" fits nothing there. Write SERVICES.

    # inbound without audience
    inbound.audience: nothing
      → Name the audience that this API's callers' tokens must have; there is no default.
    inbound.algorithms.0: the text "HS256"
      → Give asymmetric algorithms such as RS256 or ES256.

    # a host with a path
    services.inventory.host: the text "https://[redacted]@inventory.example.com/v1"
      → Give scheme, host and port only, such as "https://inventory.internal"; a path belongs into "basePath".

    # an unknown grant type and a wrong path
    services.inventory.grantType: the text "exchange"
      → Give one of none, clientCredentials, tokenExchange, inherited, TX, CC.
    services.inventory.endpoints.item.path: the text "items"
      → Correct the path: it must begin with one "/".

    # a grant without credentials
    services.inventory.clientId: nothing, here or above
      → Set "clientId" here, on the service, in "serviceDefaults" or at the root.

    # a misspelt endpoint option
    services.inventory.endpoints.item.timeoutMs: the number -1
      → Give a positive number of milliseconds.
    services.inventory.endpoints.item.path: the text "/items/{sku"
      → Correct the path: "/items/{sku" has a character that no path carries plain.
    services.inventory.endpoints.item.metods: an unknown key
      → Write "methods"."
  `);
});
