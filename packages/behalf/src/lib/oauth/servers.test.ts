import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
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
  const clock = createClock();
  const servers = createServers({
    fetch: network.fetch,
    insecureRequestsAllowed: false,
    diagnostics,
    now: clock.now,
  });
  return { network, servers, lines, clock };
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

  it("tells how each server is, and since when", async () => {
    const ends: (() => Response)[] = [() => answer({}, 503)];
    const { servers, clock } = open(createNetwork(() => ends[0]?.() ?? answer({})));
    const { connection } = servers.get({ authority });
    const startedAt = new Date(clock.now());
    const ask = (): Promise<Response> => connection.fetch(`${authority}/token`, { method: "POST", headers: {} });
    const issuer = `${authority}/`;
    const never = { lastError: undefined, lastErrorAt: undefined, lastAnswerAt: undefined };
    expect(servers.health()).toEqual([{ issuer, state: "ok", since: startedAt, ...never }]);
    clock.advance(1_000);
    await ask();
    const failedAt = new Date(clock.now());
    const failed = { lastError: "BEHALF_TOKEN_UNREACHABLE", lastErrorAt: failedAt, lastAnswerAt: undefined };
    const away = { issuer, since: failedAt, ...failed };
    expect(servers.health()).toEqual([{ ...away, state: "degraded" }]);
    for (let time = 0; time < 4; time += 1) await ask();
    expect(servers.health()).toEqual([{ ...away, state: "down" }]);
    clock.advance(2_000);
    ends[0] = () => answer({});
    await ask();
    const answeredAt = new Date(clock.now());
    expect(servers.health()).toEqual([{ ...away, state: "ok", since: answeredAt, lastAnswerAt: answeredAt }]);
  });

  it("tells that an issuer has answered, whichever way it was reached", async () => {
    const ends: (() => Response)[] = [() => answer({})];
    const { servers } = open(createNetwork(() => ends[0]?.() ?? answer({})));
    const ask = (name: string): Promise<Response> =>
      servers.get({ authority, identity: identify(name) }).connection.fetch(authority, { method: "GET", headers: {} });
    await ask("a");
    ends[0] = () => answer({}, 503);
    await ask("b");
    expect(servers.health()).toMatchObject([{ state: "degraded", lastAnswerAt: expect.any(Date) }]);
  });

  it("tells of the worst of the ways to one issuer", async () => {
    const { servers } = open(createNetwork(() => answer({}, 503)));
    servers.get({ authority, identity: identify("a") });
    await servers.get({ authority }).connection.fetch(authority, { method: "GET", headers: {} });
    servers.get({ authority, identity: identify("b") });
    expect(servers.health()).toMatchObject([{ issuer: `${authority}/`, state: "degraded" }]);
  });

  it("keeps requests from one server, and lets those to others pass", async () => {
    const { servers, network } = open(createNetwork(() => answer({}, 503)));
    const other = "https://other.example.com";
    const ask = (each: string) =>
      servers.get({ authority: each }).connection.fetch(each, { method: "GET", headers: {} });
    for (let time = 0; time < 9; time += 1) await ask(authority).catch(() => {});
    await ask(other);
    expect(network.asked.map(({ url }) => url)).toEqual([...Array(5).fill(authority), other]);
  });

  it("forgets the server that was used least after a thousand", () => {
    const { servers } = open();
    const first = servers.get({ authority });
    for (let each = 0; each < 1_000; each += 1) servers.get({ authority: `https://${each}.example.com` });
    expect(servers.get({ authority })).not.toBe(first);
  });
});
