import { ActorToken, type EvictOptions } from "behalf";
import { describe, expect, it } from "vitest";
import { type ReceivedRequest, receive } from "../support/open-behalf.ts";
import type { Fault } from "../support/scripted-as.ts";
import { some } from "../support/some.ts";
import { the } from "../support/the.ts";
import { openTenants, startHome, startTenant } from "./delegation/open-tenants.ts";
import { openEvictions, type ServiceName } from "./eviction-world.ts";

const names: readonly ServiceName[] = ["inventory", "copy", "shipping", "billing", "own"];
const sid = (sessionId: string) => ({ sid: sessionId });

/** Alice in two sessions, and bob, each of whom called all services. */
async function openFilled(changes: object = {}) {
  const opened = await openEvictions(changes);
  const { requestOf, asks } = opened;
  const callers: Readonly<Record<string, ReceivedRequest>> = {
    alice: await requestOf(the.alice, sid("s-1")),
    "alice elsewhere": await requestOf(the.alice, sid("s-2")),
    bob: await requestOf(the.bob, sid("s-3")),
  };
  /** Whose calls to which services ask the authorization server. */
  const listAsking = async (): Promise<readonly string[]> => {
    const asking = [];
    for (const [who, request] of Object.entries(callers)) {
      for (const name of names) if ((await asks(request, name)) > 0) asking.push(`${who}: ${name}`);
    }
    return asking;
  };
  await listAsking();
  expect(await listAsking()).toEqual([]);
  return { ...opened, callers, listAsking };
}

const ofAll = (...services: readonly string[]) =>
  ["alice", "alice elsewhere", "bob"].flatMap((who) => services.map((name) => `${who}: ${name}`));
const delegated = ["inventory", "shipping", "billing"];
const ofAlice = (...services: readonly string[]) =>
  ["alice", "alice elsewhere"].flatMap((who) => services.map((name) => `${who}: ${name}`));

describe("what is evicted is asked for anew, and nothing else", () => {
  it.each<readonly [string, EvictOptions<ServiceName>, readonly string[]]>([
    ["a subject", { subject: the.alice }, ofAlice(...delegated)],
    ["a session", { sessionId: "s-1" }, delegated.map((name) => `alice: ${name}`)],
    ["the session of a subject", { subject: the.alice, sessionId: "s-1" }, delegated.map((name) => `alice: ${name}`)],
    ["a client", { client: the.otherClientId }, ofAll("billing")],
    ["a service", { service: "shipping" }, ofAll("shipping")],
    ["a service whose tokens another one asked for", { service: "copy" }, ofAll("inventory")],
    ["what this API has for itself", { service: "own" }, ["alice: own"]],
    ["a service for a subject", { subject: the.alice, service: "inventory" }, ofAlice("inventory")],
    ["a client in a session", { sessionId: "s-3", client: the.otherClientId }, ["bob: billing"]],
    ["all", { all: true }, [...ofAll(...delegated), "alice: own"].sort()],
    ["a subject that is not there", { subject: "carol" }, []],
    ["a client that is not there", { client: "none" }, []],
    ["a subject where nothing is for it", { subject: "carol", service: "inventory" }, []],
    ["a tenant where there is none", { tenant: "acme" }, []],
  ])("%s", async (_case, options, asking) => {
    const { behalf, listAsking } = await openFilled();
    expect(await behalf.evict(options)).toEqual({ tokens: asking.length, everywhere: false });
    expect([...(await listAsking())].sort()).toEqual([...asking].sort());
    expect(await listAsking()).toEqual([]);
  });

  it.each([
    ["its issuer", (issuer: string) => issuer, 6],
    ["its issuer with a slash", (issuer: string) => `${issuer}/`, 6],
    ["another issuer", () => "https://other.example.com", 0],
  ])("a subject of %s", async (_case, toIssuer, tokens) => {
    const { as, behalf } = await openFilled();
    expect(await behalf.evict({ subject: the.alice, issuer: toIssuer(as.issuer) })).toMatchObject({ tokens });
  });

  it("an endpoint with its service", async () => {
    const { as, behalf, requestOf } = await openEvictions();
    const alice = await requestOf(the.alice);
    const call = () => alice.run(() => behalf.service("inventory").endpoint("scoped").get().unwrap());
    await call();
    expect(await behalf.evict({ service: "inventory" })).toMatchObject({ tokens: 1 });
    await call();
    expect(as.count("token")).toBe(2);
  });

  it("twice in the same moment", async () => {
    const { behalf, listAsking } = await openFilled();
    for (const _ of [1, 2]) {
      expect(await behalf.evict({ service: "shipping" })).toMatchObject({ tokens: 3 });
      expect(await listAsking()).toEqual(ofAll("shipping"));
    }
  });
});

describe("whose tokens are evicted", () => {
  const isRefused = (asked: Promise<unknown>) =>
    asked.then(
      () => false,
      ({ reason }) => reason === "revoked",
    );

  it.each<readonly [string, EvictOptions<ServiceName>, readonly boolean[]]>([
    ["is refused: a subject", { subject: the.alice }, [true, false]],
    ["is refused: a session", { sessionId: "s-1" }, [true, false]],
    ["is not refused where it is about some of them", { subject: the.alice, service: "inventory" }, [false, false]],
    ["is not refused where it is about everybody's", { all: true }, [false, false]],
  ])("%s", async (_case, options, refused) => {
    const { clock, behalf, requestOf } = await openEvictions();
    await behalf.evict(options);
    const asked = [requestOf(the.alice, sid("s-1")), requestOf(the.bob, sid("s-2"))];
    expect(await Promise.all(asked.map(isRefused))).toEqual(refused);
    clock.advance(1_000);
    expect(await isRefused(requestOf(the.alice, sid("s-1")))).toBe(false);
  });

  it("loses them to an eviction of the inbound side as well", async () => {
    const { behalf, listAsking } = await openFilled();
    void behalf.inbound.evict({ sessionId: "s-3" });
    expect(await listAsking()).toEqual(delegated.map((name) => `bob: ${name}`));
  });

  it("loses none of them when one caller's token is evicted that is not shown again", async () => {
    const { callers, behalf, listAsking } = await openFilled();
    void behalf.inbound.evict({ token: callers.bob?.context.caller?.token ?? "" });
    expect(await listAsking()).toEqual([]);
  });
});

describe("callers whose tokens say nothing", () => {
  const inbound = { audience: the.clientId, type: "introspection" } as const;
  /** The scripted server exchanges JWTs alone; others take what they have issued themselves. */
  const exchangesAll: Fault = (usual) => ({
    ...usual,
    status: 200,
    body: JSON.stringify(some.exchangeResponse({ access_token: crypto.randomUUID() })),
  });

  it.each<EvictOptions<ServiceName>>([
    { subject: the.alice },
    { sessionId: "s-1" },
    { subject: the.alice, service: "inventory" },
  ])("lose what was obtained for them: %o", async (options) => {
    const { as, behalf, asks } = await openEvictions({ inbound });
    as.faults.always("token", exchangesAll);
    const open = (sub: string, claims: object) => receive(behalf, as.issueOpaque(some.claims({ sub, ...claims })));
    const [alice, bob] = [await open(the.alice, sid("s-1")), await open(the.bob, sid("s-2"))];
    expect([await asks(alice, "inventory"), await asks(bob, "inventory")]).toEqual([1, 1]);
    expect(await behalf.evict(options)).toMatchObject({ tokens: 1 });
    expect([await asks(alice, "inventory"), await asks(bob, "inventory")]).toEqual([1, 0]);
  });
});

describe("callers whose tokens say something else", () => {
  it("lose what was obtained for them, by the name that an introspection told", async () => {
    const inbound = { audience: the.clientId, type: "introspection" } as const;
    const { as, behalf, asks } = await openEvictions({ inbound });
    const told = { active: true, iss: as.issuer, aud: the.clientId, sub: the.alice };
    as.faults.always("introspection", (usual) => ({ ...usual, status: 200, body: JSON.stringify(told) }));
    const alice = await receive(behalf, await as.issue(some.claims({ sub: "internal-4711" })));
    expect(await asks(alice, "inventory")).toBe(1);
    expect(await behalf.evict({ subject: the.alice, service: "inventory" })).toMatchObject({ tokens: 1 });
    expect(await asks(alice, "inventory")).toBe(1);
  });

  it("lose what was obtained for them, by the name that the program gave", async () => {
    const held: ActorToken[] = [];
    const authenticate = () => ({ subject: the.alice, accessToken: held[0] });
    const { as, behalf, asks } = await openEvictions({ inbound: { type: "custom", authenticate } });
    held.push(new ActorToken(await as.issue(some.claims({ sub: "internal-4711" }))));
    const alice = await receive(behalf, "api-key-of-alice");
    expect(await asks(alice, "inventory")).toBe(1);
    expect(await behalf.evict({ subject: the.alice, service: "inventory" })).toMatchObject({ tokens: 1 });
    expect(await asks(alice, "inventory")).toBe(1);
  });
});

describe("tenants", () => {
  it("lose their tokens one by one", async () => {
    const home = await startHome();
    const tenants = [await startTenant("acme", home), await startTenant("umbrella", home)];
    const { behalf, requestOf } = await openTenants(home, tenants);
    const alice = await requestOf();
    const call = (tenant: string) => alice.run(() => behalf.service("inventory").get("/", { tenant }).unwrap());
    const callBoth = async () => {
      for (const { name } of tenants) await call(name);
      return tenants.map(({ as }) => as.count("token"));
    };
    expect(await callBoth()).toEqual([1, 1]);
    expect(await behalf.evict({ tenant: "acme" })).toMatchObject({ tokens: 1 });
    expect(await callBoth()).toEqual([2, 1]);
  });
});

describe("evict", () => {
  it.each<readonly [string, object]>([
    ["nothing", {}],
    ["an issuer alone", { issuer: "https://as.example.com" }],
    ["an issuer for a service", { issuer: "https://as.example.com", service: "inventory" }],
    ["all and more", { all: true, subject: the.alice }],
    ["all that is not true", { all: false }],
    ["an empty name", { subject: "" }],
    ["a name that is no text", { client: 5 }],
    ["something unknown", { subject: the.alice, user: the.alice }],
    ["a service that is not configured", { service: "inventroy" }],
    ["names that are too long", { client: "c".repeat(2_000) }],
  ])("refuses %s", async (_case, options) => {
    const { behalf } = await openEvictions();
    expect(() => behalf.evict(options as never)).toThrow(TypeError);
  });
});
