import { type CallOptions, createBehalf, fromProvider, type ServiceOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest, receive, toRoot } from "../support/open-behalf.ts";
import { readClaims } from "../support/read-claims.ts";
import { some } from "../support/some.ts";
import { type Servers, startAs, startServers } from "../support/start-servers.ts";
import { the } from "../support/the.ts";

const { clientSecret } = the;

const seenTokens = ({ backend }: Servers): readonly (string | undefined)[] =>
  backend.requests.map(({ token }) => token);

/** How often each of two tokens was seen, and nothing else. */
const twoTokens = (servers: Servers): number => new Set(seenTokens(servers)).size;

describe("one caller at two resources", () => {
  const other = "https://shipping.example.com/";

  // https://github.com/DuendeSoftware/foss/issues/360
  it("gets a token for each, though both are asked for at once", async () => {
    const { as, backend } = await startServers();
    const host = backend.url;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults: { grantType: "tokenExchange" },
        services: {
          one: { host, basePath: "/one", resource: the.resource },
          two: { host, basePath: "/two", resource: other },
        },
      }),
    );
    const alice = await receive(behalf, await as.issue(some.claims()));
    const gate = as.hold();
    const calls = (["one", "two", "one", "two"] as const).map((name) =>
      alice.run(() => behalf.service(name).get("/").unwrap()),
    );
    await gate.arrived(2);
    gate.release();
    await Promise.all(calls);
    const seen = backend.requests.map(({ path, token }) => `${path} ${readClaims(token).aud}`);
    expect(new Set(seen)).toEqual(new Set([`/one/ ${the.resource}`, `/two/ ${other}`]));
    expect(as.count("token")).toBe(2);
  });

  // https://github.com/DuendeSoftware/foss/issues/360
  it.each([true, false])("gets a token for each by one refresh token, which rotates: %s", async (rotates) => {
    const { as, backend } = await startServers({ rotatesRefreshTokens: rotates });
    const host = backend.url;
    const refreshToken = as.issueRefreshToken({ clientId: the.clientId, sub: the.alice });
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        serviceDefaults: { grantType: "refreshToken", refreshToken: fromProvider(() => refreshToken) },
        services: {
          one: { host, basePath: "/one", resource: the.resource },
          two: { host, basePath: "/two", resource: other },
        },
      }),
    );
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 ? "one" : "two"));
    await Promise.all(names.map((name) => behalf.service(name).get("/").unwrap()));
    const seen = backend.requests.map(({ path, token }) => `${path} ${readClaims(token).aud}`);
    expect(new Set(seen)).toEqual(new Set([`/one/ ${the.resource}`, `/two/ ${other}`]));
    expect(as.count("token")).toBe(2);
  });
});

describe("calls that differ in one thing", () => {
  const differences: readonly (readonly [name: string, one: CallOptions, other: CallOptions])[] = [
    ["scope", { scope: the.scope }, { scope: the.otherScope }],
    ["audience", { audience: the.audience }, { audience: the.otherAudience }],
    ["resource", { resource: the.resource }, { resource: "https://shipping.example.com/" }],
    ["tenant parameter", { extraParameters: { tenant: "one" } }, { extraParameters: { tenant: "two" } }],
    ["tenant", { tenant: "one" }, { tenant: "two" }],
  ];

  // https://github.com/DuendeArchive/Support/issues/1396
  // https://github.com/DuendeArchive/Support/issues/634
  it.each(differences)("in %s have a token each, which is kept", async (_name, one, other) => {
    const { as, backend } = await startServers();
    const tenants = { one: { extraParameters: { acr: "one" } }, two: { extraParameters: { acr: "two" } } };
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        tenants,
        services: { stock: { host: backend.url, grantType: "clientCredentials" } },
      }),
    );
    for (const options of [one, other, one, other]) await behalf.service("stock").get("/", options).unwrap();
    const [first, second, third, fourth] = seenTokens({ as, backend });
    expect(first).not.toBe(second);
    expect([third, fourth]).toEqual([first, second]);
    expect(as.count("token")).toBe(2);
    expect(as.tokenRequest(0).body).not.toBe(as.tokenRequest(1).body);
  });
});

describe("this API itself in two tenants", () => {
  // https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/2381
  it("gets a token of each tenant's own server", async () => {
    const { as, backend } = await startServers();
    const second = await startAs();
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        tenants: { one: { authority: as.issuer, clientSecret }, two: { authority: second.issuer, clientSecret } },
        services: { stock: { host: backend.url, grantType: "clientCredentials" } },
      }),
    );
    const order = ["one", "two", "one", "two"] as const;
    await Promise.all(order.map((tenant) => behalf.service("stock").get(`/${tenant}`, { tenant }).unwrap()));
    const seen = backend.requests.map(({ path, token }) => `${path} ${readClaims(token).iss}`);
    expect(new Set(seen)).toEqual(new Set([`/one ${as.issuer}`, `/two ${second.issuer}`]));
    expect([as.count("token"), second.count("token")]).toEqual([1, 1]);
  });
});

describe("services of the same client that differ in one setting", () => {
  type Setting = Omit<ServiceOptions<Record<never, never>>, "host">;
  const basic = { clientAuthentication: "client_secret_basic" } as const;
  const post = { clientAuthentication: "client_secret_post" } as const;
  const differences: readonly (readonly [name: string, one: Setting, other: Setting])[] = [
    ["scope", { scope: the.scope }, { scope: the.otherScope }],
    ["number of scopes", { scope: the.scope }, { scope: [the.scope, the.otherScope] }],
    ["audience", { audience: the.audience }, { audience: the.otherAudience }],
    ["kind of target", { audience: the.resource }, { resource: the.resource }],
    ["extra parameters", { extraParameters: { rule: "one" } }, { extraParameters: { rule: "two" } }],
    ["client authentication", basic, post],
    ["binding", { dpop: true }, { dpop: false }],
    ["rules", { audienceGuard: "off" }, { audienceGuard: "fail" }],
  ];

  // https://github.com/ory/oathkeeper/pull/870
  it.each(differences)("such as %s never share a token", async (_name, one, other) => {
    const { as, backend } = await startServers();
    const host = backend.url;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        grantType: "clientCredentials",
        services: { one: { host, ...one }, other: { host, ...other } },
      }),
    );
    for (const name of ["one", "other", "one", "other"] as const) await behalf.service(name).get("/").unwrap();
    expect([twoTokens({ as, backend }), as.count("token")]).toEqual([2, 2]);
  });

  // https://github.com/ory/oathkeeper/pull/870
  it("such as the server that is asked never share a token", async () => {
    const { as, backend } = await startServers();
    const second = await startAs();
    const host = backend.url;
    const behalf = closeAfterTest(
      createBehalf({
        ...toRoot(as),
        grantType: "clientCredentials",
        services: { one: { host }, other: { host, authority: second.issuer, clientSecret } },
      }),
    );
    for (const name of ["one", "other", "one", "other"] as const) await behalf.service(name).get("/").unwrap();
    const issuers = backend.requests.map(({ token }) => readClaims(token).iss);
    expect(issuers).toEqual([as.issuer, second.issuer, as.issuer, second.issuer]);
    expect([as.count("token"), second.count("token")]).toEqual([1, 1]);
  });
});
