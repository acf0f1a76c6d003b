import { toProblem } from "behalf";
import { describe, expect, it } from "vitest";
import { createStoreSeal } from "../../../packages/behalf/src/lib/tokens/shared/seal-for-store.ts";
import { Secret } from "../../../packages/behalf/src/lib/values/secret.ts";
import type { MemoryServer } from "../../support/memory-shared-store.ts";
import { recordEvents } from "../../support/record-events.ts";
import { createVault } from "../proofs/token-vault.ts";
import { call, type Fleet, fleetKeys, openFleet, tryCall } from "./refresh-fleet.ts";

const away = "BEHALF_SHARED_STORE_AWAY";
const notTold = "other processes do not know yet what became of a refresh token";

/** Lets something happen between a token request and its answer. */
async function happenDuringRefresh(
  { as }: Fleet,
  refresh: () => Promise<unknown>,
  happen: () => void,
): Promise<unknown> {
  const gate = as.hold();
  const refreshing = refresh();
  await gate.arrived();
  happen();
  gate.release();
  return refreshing;
}

/** Lets the store go away between a token request and its answer. */
const loseStoreDuringRefresh = (fleet: Fleet, refresh: () => Promise<unknown>): Promise<unknown> =>
  happenDuringRefresh(fleet, refresh, () => {
    fleet.server.faults.away = true;
  });

/** Fails where a refresh token was sent twice, or one that is not the newest one. */
function expectEachSpentOnce({ as, sent }: Fleet): void {
  expect(new Set(sent()).size).toBe(sent().length);
  expect(new Set(as.tokenFlow.map(({ outcome }) => outcome))).toEqual(new Set(["issued"]));
}

/** Puts something in the place of what is stored under names that begin so. */
async function spoil(server: MemoryServer, start: string, make: (name: string) => string): Promise<void> {
  const [texts]: readonly (readonly (readonly [name: string])[])[] = JSON.parse(server.dump());
  const names = (texts ?? []).map(([name]) => name).filter((name) => name.startsWith(start));
  expect(names).toHaveLength(1);
  await Promise.all(names.map((name) => server.connect().write(name, make(name), 60_000)));
}

describe("a shared store that is away", () => {
  it("leaves an access token in use to its last safe second, and no refresh token is spent", async () => {
    const { clock, issue, openAll, sent, server } = await openFleet();
    const instances = openAll(2, issue());
    await Promise.all(instances.map((one) => call(one)));
    server.faults.away = true;
    for (let second = 0; second < 294; second += 6) {
      clock.advance(6_000);
      expect(await Promise.all(instances.map((one) => call(one)))).toEqual([200, 200]);
    }
    clock.advance(1_000);
    expect(await Promise.all(instances.map((one) => call(one)))).toEqual([away, away]);
    expect(sent()).toHaveLength(1);
  });

  it("is an error that says so, and a 503 to the caller", async () => {
    const { as, issue, open, server } = await openFleet();
    server.faults.away = true;
    const error = await tryCall(open(issue()));
    if (typeof error === "number") throw new Error("There is a token.");
    expect(error).toMatchObject({ name: "TokenUnreachableError", code: away, client: "orders-api" });
    expect(toProblem(error)).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
    expect(as.count("token")).toBe(0);
  });

  it("is no matter to other grants", async () => {
    const { issue, open, server } = await openFleet();
    server.faults.away = true;
    const one = open(issue());
    expect(await call(one, "jobs")).toBe(200);
    expect(await call(one)).toBe(away);
  });

  it("is no matter to a token that the server takes more than once", async () => {
    const { issue, open, sent, server, letTokensEnd } = await openFleet({ rotatesRefreshTokens: false });
    const token = issue();
    const one = open(token, { refreshReuse: true });
    server.faults.away = true;
    expect(await call(one)).toBe(200);
    server.faults.away = false;
    letTokensEnd();
    expect(await call(one)).toBe(200);
    server.faults.away = true;
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(sent()).toEqual([token, token, token]);
  });

  it("lets the newest token go on when it is back", async () => {
    const { as, clock, issue, openAll, sent, server, letTokensEnd } = await openFleet();
    const instances = openAll(3, issue());
    const callAll = () => Promise.all(instances.map((one) => call(one)));
    await callAll();
    letTokensEnd();
    server.faults.away = true;
    expect(await callAll()).toEqual([away, away, away]);
    server.faults.away = false;
    clock.advance(30_000);
    expect(await callAll()).toEqual([200, 200, 200]);
    expect(sent()).toHaveLength(2);
    expect(as.tokenFlow.every(({ outcome }) => outcome === "issued")).toBe(true);
  });

  it("hides no chain for good from one who met its token meanwhile", async () => {
    const { as, clock, issue, open, sent, server, letTokensEnd } = await openFleet();
    const vault = createVault(issue());
    const one = open(vault.source);
    await call(one);
    server.faults.away = true;
    const other = open(vault.token);
    expect(await call(other)).toBe(away);
    server.faults.away = false;
    clock.advance(30_000);
    letTokensEnd();
    expect(await Promise.all([call(one), call(other)])).toEqual([200, 200]);
    expect(sent()).toHaveLength(2);
    expect(as.tokenFlow.every(({ outcome }) => outcome === "issued")).toBe(true);
  });

  it("that is full lets no token be spent", async () => {
    const { issue, open, sent, server } = await openFleet();
    server.faults.full = true;
    expect(await call(open(issue()))).toBe(away);
    expect(sent()).toEqual([]);
  });

  it("that comes to be away while a token is rotated is told of it when it is back", async () => {
    const fleet = await openFleet();
    const { as, issue, open, logger, sent, server, letTokensEnd } = fleet;
    const first = issue();
    const one = open(first);
    expect(await loseStoreDuringRefresh(fleet, () => call(one))).toBe(200);
    server.faults.away = false;
    letTokensEnd();
    const other = open(first);
    expect(await call(other)).toBe(200);
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(new Set(sent()).size).toBe(3);
    expect(as.tokenFlow.every(({ outcome }) => outcome === "issued")).toBe(true);
    const lines = logger.lines.filter(({ message }) => message === notTold);
    expect(lines).toMatchObject([{ level: "error", fields: { client: "orders-api" } }]);
    expect(sent().filter((token) => logger.text().includes(String(token)))).toEqual([]);
  });

  it("leaves the successor in use here, if it does not come back", async () => {
    const fleet = await openFleet();
    const { clock, issue, open, sent, server } = fleet;
    const one = open(issue());
    await loseStoreDuringRefresh(fleet, () => call(one));
    clock.advance(294_000);
    expect(await call(one)).toBe(200);
    clock.advance(1_000);
    expect(await call(one)).toBe(away);
    server.flush();
    server.faults.away = false;
    clock.advance(30_000);
    expect(await call(one)).toBe(200);
    expect(new Set(sent()).size).toBe(2);
    expect(sent()).toHaveLength(2);
  });
});

describe("a shared store that has lost everything", () => {
  it("is told by whoever rotates the token next", async () => {
    const { as, issue, openAll, open, sent, server, letTokensEnd } = await openFleet();
    const first = issue();
    const instances = openAll(2, first);
    await Promise.all(instances.map((one) => call(one)));
    server.flush();
    letTokensEnd();
    await Promise.all(instances.map((one) => call(one)));
    letTokensEnd();
    expect(await call(open(first))).toBe(200);
    expect(sent()).toHaveLength(3);
    expect(as.tokenFlow.every(({ outcome }) => outcome === "issued")).toBe(true);
  });

  it("leaves one who knew the chain before with the token that its source has now", async () => {
    const fleet = await openFleet();
    const { issue, open, server, letTokensEnd } = fleet;
    const vault = createVault(issue());
    const one = open(vault.source);
    expect(await call(one)).toBe(200);
    server.flush();
    letTokensEnd();
    expect(await call(open(vault.source))).toBe(200);
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expectEachSpentOnce(fleet);
  });

  it("while a token was rotated, is told what came of it: to others who know an older token", async () => {
    const fleet = await openFleet();
    const { issue, openAll, server, letTokensEnd } = fleet;
    const vault = createVault(issue());
    const [one, other] = openAll(2, vault.source);
    if (!one || !other) throw new Error("They are missing.");
    expect([await call(one), await call(other, "prices")]).toEqual([200, 200]);
    letTokensEnd();
    expect(await happenDuringRefresh(fleet, () => call(one), server.flush)).toBe(200);
    letTokensEnd();
    expect(await call(other)).toBe(200);
    expectEachSpentOnce(fleet);
  });

  it("while a token was rotated, is told what came of it: to others who are given the first token", async () => {
    const fleet = await openFleet();
    const { issue, open, server, letTokensEnd } = fleet;
    const first = issue();
    const one = open(first);
    expect(await call(one)).toBe(200);
    letTokensEnd();
    expect(await happenDuringRefresh(fleet, () => call(one), server.flush)).toBe(200);
    letTokensEnd();
    expect(await call(open(first))).toBe(200);
    expectEachSpentOnce(fleet);
  });
});

describe("what stands in the place of a chain", () => {
  it("is overwritten where it is garbage, and told", async () => {
    const { issue, open, sent, server, letTokensEnd } = await openFleet();
    const stored = recordEvents("behalf:store");
    const one = open(issue());
    await call(one);
    await spoil(server, "refresh:", () => "garbage");
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(stored).toMatchObject([{ what: "refresh token", problem: "foreign" }]);
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(sent()).toHaveLength(3);
    expect(stored).toHaveLength(1);
  });

  it("keeps nobody from an access token that lies there, where a later version of this package wrote it", async () => {
    const { issue, open, sent, server } = await openFleet();
    const first = issue();
    expect(await call(open(first))).toBe(200);
    const seal = createStoreSeal(fleetKeys.map(({ id, key }) => ({ id, key: new Secret(key) })));
    await spoil(server, "refresh:", (name) => seal.seal(name, '{"version":2}'));
    const other = open(first);
    expect(await call(other)).toBe(200);
    expect(await call(other, "prices")).toBe(away);
    expect(sent()).toEqual([first]);
  });
});
