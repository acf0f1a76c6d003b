import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ConfigurationError, createBehalf } from "../../packages/behalf/src/index.ts";
import { fromProvider } from "../../packages/behalf/src/lib/config/reference.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

type Wrong = readonly [name: string, changes: object, more?: { readonly file?: object; readonly environment?: object }];

const host = "https://inventory.example.com";
const right = { authority: "https://login.example.com", clientId: "orders-api", clientSecret: "s3cret", services: {} };
const inbound = (settings: object): object => ({ inbound: settings });
const inventory = (changes: object): object => ({ services: { inventory: { host, ...changes } } });

const wrongs: readonly Wrong[] = [
  ["no authority", { authority: undefined }],
  ["a misspelt option", { clientID: "orders-api" }],
  ["an unprotected authority", { authority: "http://login.example.com" }],
  ["a secret in the file", {}, { file: { clientSecret: "s3cret" } }],
  ["an unset variable", { clientSecret: "${env:ORDERS_SECRET}" }],
  ["a variable that fits nothing", {}, { environment: { BEHALF__SERVICE__INVENTORY__HOST: host } }],
  ["inbound without audience", { inbound: { issuer: "https://login.example.com", algorithms: ["HS256"] } }],
  [
    "a misspelt setting of an authenticator",
    inbound({ audience: "orders", authenticators: { a: { audiences: "b" } } }),
  ],
  ["an authenticator without audience", inbound({ authenticators: { a: {}, b: { audience: "orders" } } })],
  [
    "a symmetric key for callers' tokens",
    inbound({ audience: "orders", keys: { keys: [{ kty: "oct", k: "s3cret" }] } }),
  ],
  ["an authenticator that asks nobody", inbound({ type: "custom" })],
  [
    "introspection without a credential",
    { clientSecret: undefined, ...inbound({ audience: "a", type: "introspection" }) },
  ],
  ["two authenticators for the same tokens", inbound({ audience: "orders", authenticators: { a: {}, b: {} } })],
  ["proofs without the URL that they name", inbound({ audience: "orders", dpop: { required: true } })],
  ["a URL of this API with a query", inbound({ audience: "orders", resource: "https://api.example.com?key=s3cret" })],
  ["a header of the connection for tokens", inbound({ audience: "orders", authorizationHeader: "Host" })],
  [
    "a development proxy with wrong criteria",
    inbound({ audience: "orders", devProxy: { url: "http://sidecar.example.com", mutedWhen: "headers[a] = s3cret" } }),
  ],
  ["logouts for nobody", { clientId: undefined, ...inbound({ audience: "orders", backchannelLogout: true }) }],
  [
    "a tenant's place without tenants",
    inbound({ audience: "orders", authority: "https://login.example.com/{tenant}" }),
  ],
  ["a host with a path", inventory({ host: "https://alice:s3cret@inventory.example.com/v1" })],
  ["an unknown grant type and a wrong path", inventory({ grantType: "exchange", endpoints: { item: "items" } })],
  ["a grant without credentials", { clientId: undefined, ...inventory({ grantType: "TX", endpoints: {} }) }],
  [
    "a misspelt endpoint option",
    inventory({ endpoints: { item: { path: "/items/{sku", metods: "GET", timeoutMs: -1 } } }),
  ],
  ["a key in the file", {}, { file: { serviceDefaults: { privateKey: { kty: "EC", d: "s3cret" } } } }],
  ["a method without what it needs", { clientAuthentication: "private_key_jwt", ...inventory({ grantType: "CC" }) }],
  ["a method that does not exist", { clientAuthentication: "private_key" }],
  ["a private key that is none", { privateKey: "s3cret" }],
  ["a secret that is a number", { clientSecret: 53_217 }],
  ["a secret that is read later, where it is needed at once", { proxy: fromProvider(() => "s3cret") }],
  ["a foreign token endpoint", { tokenEndpoint: "https://token.example.net/token" }],
  ["an unprotected token endpoint", inventory({ tokenEndpoint: "http://login.example.com/token" })],
  ["a forwarded token without permission", inventory({ grantType: "forward" })],
  ["permission for everybody", inventory({ grantType: "forward", forwardTo: ["https://*.example.com"] })],
  ["a parameter of the protocol", inventory({ extraParameters: { Client_Secret: "s3cret" } })],
  ["an assertion for the same server", inventory({ grantType: "identityAssertion" })],
  ["a refresh without token", inventory({ grantType: "refreshToken" })],
  ["a tenant with a wrong name", { tenants: { "../evil": {} } }],
  ["a tenant that chooses the host", { authority: "https://{tenant}/v2.0" }],
  ["a tenant without credentials", { clientId: undefined, tenants: { acme: {} }, ...inventory({ grantType: "TX" }) }],
  ["keys that seal nothing", { encryptionKeys: [1, 2].map(() => ({ id: "a", key: "s3cret" })) }],
  ["a delegate that answers nothing", { configDelegate: { getClientCredential: () => undefined } }],
  [
    "a secret for another server",
    { serviceDefaults: { clientSecret: "s3cret" }, tenants: { acme: { authority: "https://login.acme.example" } } },
  ],
  ["a key in the place of its group", { dpop: "s3cret", encryptionKeys: ["s3cret"] }],
  ["a URL with a query", { authority: "https://login.example.com?key=s3cret" }],
  ["an unknown preset", { preset: "azure" }],
  ["a binding with a wrong algorithm", { dpop: { algorithm: "HS256", key: "s3cret" } }],
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
  expect(told).not.toMatch(/s3cret|53217/);
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

    # a misspelt setting of an authenticator
    inbound.authenticators.a.audiences: an unknown key
      → Write "audience".

    # an authenticator without audience
    inbound.authenticators.a.audience: nothing
      → Name the audience that this API's callers' tokens must have; there is no default.
    inbound.authenticators.b.issuer: an issuer that "a" has as well
      → Give it an issuer or a header of its own, set "byRouteOnly", or let "a" do both.

    # a symmetric key for callers' tokens
    inbound.keys.keys.0: an object
      → Take the symmetric key out: whoever verifies with it could sign as well.

    # an authenticator that asks nobody
    inbound.authenticate: nothing
      → Give a function that says who shows a credential, or another "type".

    # introspection without a credential
    inbound.clientSecret: nothing, here or above
      → clientAuthentication "client_secret_basic", the default, needs it. Set "clientSecret" here or above, best by fromFile("PATH") or fromEnv("NAME").

    # two authenticators for the same tokens
    inbound.authenticators.b.issuer: an issuer that "a" has as well
      → Give it an issuer or a header of its own, set "byRouteOnly", or let "a" do both.

    # proofs without the URL that they name
    inbound.resource: nothing, beside "dpop"
      → Give the URL by which clients know this API: proofs name it (RFC 9449 section 4.3). Or take "dpop" out.

    # a URL of this API with a query
    inbound.resource: the text "https://api.example.com?[redacted]"
      → Give an absolute http or https URL without query, fragment or user name.

    # a header of the connection for tokens
    inbound.authorizationHeader: the text "Host"
      → Give a header that is free: proxy-authorization, dpop, host, connection, transfer-encoding, content-length, expect, keep-alive, upgrade, te, trailer, proxy-connection are not.

    # a development proxy with wrong criteria
    inbound.devProxy.url: the text "http://sidecar.example.com"
      → Give the URL where the sidecar gives assertions: https, or http on this machine; without query.
    inbound.devProxy.mutedWhen: a text that is not shown
      → Correct it. The criteria cannot be read at character 12: expected ==, !=, ~~ or !~.

    # logouts for nobody
    inbound.backchannelLogout.audience: nothing, here or above
      → Name whom logout tokens are for: by "audience" here, or by "clientId" at the root.

    # a tenant's place without tenants
    inbound.authority: a URL with {tenant}, and no tenants
      → Name them in "tenants", or give an "authority" without {tenant}.

    # a host with a path
    services.inventory.host: the text "https://[redacted]@inventory.example.com/v1"
      → Give scheme, host and port only, such as "https://inventory.internal"; a path belongs into "basePath".

    # an unknown grant type and a wrong path
    services.inventory.grantType: the text "exchange"
      → Give one of none, clientCredentials, tokenExchange, onBehalfOf, jwtBearer, identityAssertion, refreshToken, automatic, forward, inherited, TX, CC, AU.
    services.inventory.endpoints.item.path: the text "items"
      → Correct the path: it must begin with one "/".

    # a grant without credentials
    services.inventory.clientId: nothing, here or above
      → The grant type "tokenExchange" needs it. Set "clientId" here, on the service, in "serviceDefaults" or at the root.

    # a misspelt endpoint option
    services.inventory.endpoints.item.timeoutMs: the number -1
      → Give a positive number of milliseconds.
    services.inventory.endpoints.item.path: the text "/items/{sku"
      → Correct the path: "/items/{sku" has a character that no path carries plain.
    services.inventory.endpoints.item.metods: an unknown key
      → Write "methods".

    # a key in the file
    serviceDefaults.privateKey: a secret in the file
      → Write "\${env:NAME}" or "\${file:PATH}" in its place.

    # a method without what it needs
    services.inventory.privateKey: nothing, here or above
      → clientAuthentication "private_key_jwt" needs it. Set "privateKey" here, on the service, in "serviceDefaults" or at the root, best by fromFile("PATH") or fromEnv("NAME").

    # a method that does not exist
    clientAuthentication: the text "private_key"
      → Give "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "workload_identity" or "none".

    # a private key that is none
    privateKey: a text that is no private key
      → Give a private key as PEM (PKCS#8, PKCS#1 or SEC1), as a JWK, or as a KeyObject.

    # a secret that is a number
    clientSecret: a number
      → Give the secret, best by fromEnv("NAME") or fromFile("PATH").

    # a secret that is read later, where it is needed at once
    proxy: nothing that can be read at the start
      → Give it itself, or by fromEnv or fromFile.

    # a foreign token endpoint
    tokenEndpoint: the host token.example.net, which is not the authority's
      → Give a URL at login.example.com, or add "token.example.net" to "trustedHosts".

    # an unprotected token endpoint
    services.inventory.tokenEndpoint: an unprotected URL
      → Use https, or set "[allowInsecureRequests]: true" and accept that tokens travel in clear text.

    # a forwarded token without permission
    services.inventory.forwardTo: nothing, here or above
      → Add "https://inventory.example.com", if it may see the caller's own token.

    # permission for everybody
    services.inventory.forwardTo.0: the text "https://*.example.com"
      → Give exact origins such as "https://inventory.internal": https, or http on this machine; no wildcards.

    # a parameter of the protocol
    services.inventory.extraParameters.Client_Secret: a text that is not shown
      → Take it out: the name is the protocol's, and has a setting of its own or none.

    # an assertion for the same server
    services.inventory.authority: the server that knows the caller, which is not the one that gives the token
      → Give the issuer of the second server in "authority"; the first one is "identityProvider", or the root.

    # a refresh without token
    services.inventory.refreshToken: nothing, here or above
      → The grant type "refreshToken" needs it. Set "refreshToken" here, on the service, in "serviceDefaults" or at the root, best by fromProvider(read, { keep }) or fromFile("PATH").

    # a tenant with a wrong name
    tenants.../evil: an object
      → Name a tenant by up to 128 letters, digits, ".", "_" and "-", with a letter or a digit first.

    # a tenant that chooses the host
    authority: the text "https://{tenant}/v2.0"
      → Let a fixed domain follow {tenant} in the host.

    # a tenant without credentials
    services.inventory.clientId: nothing, here or above (for the tenant acme)
      → The grant type "tokenExchange" needs it. Set "clientId" here, on the service, in "serviceDefaults" or at the root.

    # keys that seal nothing
    encryptionKeys.1.id: a text that is not shown
      → Give each key an id of its own.

    # a delegate that answers nothing
    configDelegate: an object
      → Give an object with getClientCredentials or getScope.

    # a secret for another server
    serviceDefaults.clientSecret: what is for https://login.example.com, and would go to https://login.acme.example (for the tenant acme)
      → Say it at the root or in the tenant, or give the "authority" that it is for beside it.

    # a key in the place of its group
    dpop: a text that is not shown
      → Give true, false, or an object with privateKey and algorithm.
    encryptionKeys.0: a text that is not shown
      → Give an object with id and key.

    # a URL with a query
    authority: the text "https://login.example.com?[redacted]"
      → Give an absolute URL without query, fragment or user name (RFC 8414 section 2).

    # an unknown preset
    preset: the text "azure"
      → Give "entra", "keycloak", "auth0", "okta", "cognito" or "apigee".

    # a binding with a wrong algorithm
    dpop.algorithm: the text "HS256"
      → Give "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA" or "Ed25519".
    dpop.key: an unknown key
      → Take it out. Known keys: privateKey, algorithm."
  `);
});
