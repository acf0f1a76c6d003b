import { describe, expect, it } from "vitest";
import { some } from "../../../../../test/support/some.ts";
import { answer, createNetwork } from "../../../../../test/support/token-request.ts";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import { createConnectionIdentity } from "../values/connection-identity.ts";
import { createServers, type ServerPlace, type Servers } from "./servers.ts";

const authority = "https://as.example.com";
const tokenEndpoint = "https://tokens.example.com/t";
const identify = (slot: string, certificate?: string) => ({ ...createConnectionIdentity({ slot }), certificate });

function open(network = createNetwork(() => answer(some.metadata(authority)))) {
  const lines: object[] = [];
  const write = (fields: object): void => void lines.push(fields);
  const logger = { debug: write, info: write, warn: write, error: write, isLevelEnabled: () => false };
  const diagnostics = createDiagnostics("orders", logger);
  const servers = createServers({
    fetch: network.fetch,
    insecureRequestsAllowed: false,
    diagnostics,
    now: Date.now,
  });
  return { network, servers, lines };
}

const isSame = (servers: Servers, one: ServerPlace, two: ServerPlace): boolean => servers.get(one) === servers.get(two);

describe("createServers", () => {
  it("asks nothing before the first use, and then once for a place", async () => {
    const { servers, network } = open();
    const { metadata } = servers.get({ authority });
    expect(network.asked).toEqual([]);
    await metadata.get("a");
    expect((await servers.get({ authority }).metadata.get("b")).tokenEndpoint?.href).toBe(`${authority}/token`);
    expect(network.asked).toHaveLength(1);
  });

  it.each([
    { authority: "https://other.example.com" },
    { authority, tokenEndpoint },
    { authority, issuerTemplate: `${authority}/{tenantid}` },
    { authority, identity: identify("a") },
  ])("keeps %j apart", (place) => {
    const { servers } = open();
    expect([isSame(servers, place, place), isSame(servers, place, { authority })]).toEqual([true, false]);
  });

  it("uses the identity that was given last for a slot", async () => {
    const { servers, network } = open();
    const [old, renewed] = [identify("a", "old"), identify("a", "new")];
    const { connection, metadata } = servers.get({ authority, identity: old });
    servers.get({ authority, identity: renewed });
    await metadata.get("a");
    await connection.fetch(authority, { method: "GET", headers: {} });
    await connection.fetch(authority, { method: "GET", headers: {}, identity: old });
    expect(connection.identity).toBe(renewed);
    expect(network.asked.map(({ request }) => request.identity)).toEqual([renewed, renewed, old]);
  });

  it("asks for no metadata where the token endpoint is configured", async () => {
    const { servers, network } = open();
    const { metadata, connection } = servers.get({ authority, tokenEndpoint });
    expect(await metadata.get("a")).toEqual({
      issuer: authority,
      tokenEndpoint: new URL(tokenEndpoint),
      mtlsTokenEndpoint: undefined,
      introspectionEndpoint: undefined,
      mtlsIntrospectionEndpoint: undefined,
      userinfoEndpoint: undefined,
      jwksUri: undefined,
    });
    expect([metadata.authority, connection.authority.href]).toEqual([`${authority}/`, `${authority}/`]);
    expect(network.asked).toEqual([]);
  });

  it("tells of each server by itself that it went away", async () => {
    const { servers, lines } = open(createNetwork(() => answer({}, 429)));
    const other = "https://other.example.com";
    for (const each of [authority, authority, other]) {
      await servers
        .get({ authority: each })
        .metadata.get("a")
        .catch(() => {});
    }
    expect(lines).toMatchObject([{ what: `${authority}/` }, { what: `${other}/` }]);
  });

  it("forgets the server that was used least after a thousand", () => {
    const { servers } = open();
    const first = servers.get({ authority });
    for (let each = 0; each < 1_000; each += 1) servers.get({ authority: `https://${each}.example.com` });
    expect(servers.get({ authority })).not.toBe(first);
  });
});
