import { type AuthOptions, createBehalf } from "behalf";
import { describe, expect, it } from "vitest";
import { listenTo } from "../../support/channel-records.ts";
import { closeAfterTest } from "../../support/open-behalf.ts";
import { type Fault, fault } from "../../support/scripted-as.ts";
import { the } from "../../support/the.ts";
import { exchanging, openWorld, type World } from "./open-world.ts";

const later = (): number => Math.floor(Date.now() / 1000) + 86_400;

/** What a hostile server changes, and what it is called. */
const hostilities: readonly (readonly [deviation: string, toFault: () => Fault])[] = [
  ["scope", () => fault.widerScope("stock:destroy")],
  ["audience", () => fault.otherAudience("billing")],
  ["expiry", () => fault.claims({ exp: later() })],
  ["actor", () => fault.claims({ act: { sub: "mallory" } })],
];

const asked = { ...exchanging, scope: the.scope, actorToken: "clientCredentials" } as const;

function open(world: World, auth: AuthOptions) {
  const inventory = { host: world.backend.url, ...asked, ...auth };
  return closeAfterTest(createBehalf({ ...world.root, services: { inventory } }));
}

const spoilExchanges = ({ as }: World, spoiled: Fault): void =>
  as.faults.when(({ form }) => form.has("subject_token"), spoiled);

const countExchanges = ({ as }: World): number => as.count(({ form }) => form.has("subject_token"));

const listWarnings = ({ root }: World): readonly unknown[] =>
  root.logger.lines.filter(({ level }) => level === "warn").map(({ fields }) => fields);

describe.each(hostilities)("a token whose %s is not what was asked for", (deviation, toFault) => {
  it.each([[{ audienceGuard: "fail" }], [{ strictProtocol: true }]] as const)("is refused under %j", async (auth) => {
    const world = await openWorld();
    const behalf = open(world, auth);
    const alice = await world.receive(behalf);
    spoilExchanges(world, toFault());
    const call = async () => alice.run(() => behalf.service("inventory").get("/"));
    const error = { code: "BEHALF_TOKEN_DEVIATES", deviations: [deviation], client: the.clientId };
    expect(await call()).toMatchObject({ ok: false, error });
    expect(world.backend.requests).toEqual([]);
    expect(await call()).toMatchObject({ ok: false, error });
    expect(countExchanges(world)).toBe(2);
    world.as.faults.clear();
    expect(await call()).toMatchObject({ ok: true });
  });

  it.each([[{}], [{ audienceGuard: "warn" }], [{ audienceGuard: "warn", strictProtocol: true }]] as const)(
    "is used and reported under %j",
    async (auth) => {
      const world = await openWorld();
      const behalf = open(world, auth);
      const alice = await world.receive(behalf);
      const records = listenTo("behalf:token");
      spoilExchanges(world, toFault());
      for (const _ of [1, 2]) await alice.run(() => behalf.service("inventory").get("/").unwrap());
      expect(countExchanges(world)).toBe(1);
      expect(records().at(-1)).toMatchObject({ deviations: [deviation], error: undefined });
      // Servers often give a longer life than the caller's token has: it is not used for so long, and worth no line.
      expect(listWarnings(world)).toMatchObject(deviation === "expiry" ? [] : [{ deviations: [deviation] }]);
    },
  );

  it("is used without a word under off", async () => {
    const world = await openWorld();
    const behalf = open(world, { audienceGuard: "off", strictProtocol: true });
    const alice = await world.receive(behalf);
    const records = listenTo("behalf:token");
    spoilExchanges(world, toFault());
    await alice.run(() => behalf.service("inventory").get("/").unwrap());
    expect(records().at(-1)).toMatchObject({ deviations: [] });
    expect(listWarnings(world)).toEqual([]);
  });
});

describe("a token that is what was asked for", () => {
  it("passes under fail", async () => {
    const world = await openWorld();
    const behalf = open(world, { audienceGuard: "fail" });
    const alice = await world.receive(behalf);
    expect(await alice.run(() => behalf.service("inventory").get("/"))).toMatchObject({ ok: true });
  });
});

describe("a token that a mild service obtained", () => {
  it.each([[{ audienceGuard: "fail" }], [{ strictProtocol: true }], [{ audienceGuard: "off" }]] as const)(
    "is not found by one with %j",
    async (auth) => {
      const world = await openWorld();
      const { url: host } = world.backend;
      const services = { mild: { host, ...asked }, other: { host, ...asked, ...auth } };
      const behalf = closeAfterTest(createBehalf({ ...world.root, services }));
      const alice = await world.receive(behalf);
      await alice.run(() => behalf.service("mild").get("/").unwrap());
      await alice.run(() => behalf.service("other").get("/").unwrap());
      expect(countExchanges(world)).toBe(2);
    },
  );

  it("is not let in where it would be refused", async () => {
    const world = await openWorld();
    const { url: host } = world.backend;
    const services = { mild: { host, ...asked }, strict: { host, ...asked, audienceGuard: "fail" } } as const;
    const behalf = closeAfterTest(createBehalf({ ...world.root, services }));
    const alice = await world.receive(behalf);
    spoilExchanges(world, fault.widerScope("stock:destroy"));
    expect(await alice.run(() => behalf.service("mild").get("/"))).toMatchObject({ ok: true });
    const outcome = await alice.run(() => behalf.service("strict").get("/"));
    expect(outcome).toMatchObject({ ok: false, error: { code: "BEHALF_TOKEN_DEVIATES" } });
    expect(world.backend.requests).toHaveLength(1);
  });
});
