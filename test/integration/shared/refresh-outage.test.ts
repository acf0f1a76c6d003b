import { toProblem } from "behalf";
import { describe, expect, it } from "vitest";
import type { MemoryServer } from "../../support/memory-shared-store.ts";
import { recordEvents } from "../../support/record-events.ts";
import { createVault } from "../proofs/token-vault.ts";
import { call, type Fleet, openFleet, tryCall } from "./refresh-fleet.ts";

const away = "BEHALF_SHARED_STORE_AWAY";
const notTold = "other processes do not know yet what became of a refresh token";

/** Lets the store go away between a token request and its answer. */
async function loseStoreDuringRefresh({ as, server }: Fleet, refresh: () => Promise<unknown>): Promise<unknown> {
  const gate = as.hold();
  const refreshing = refresh();
  await gate.arrived();
  server.faults.away = true;
  gate.release();
  return refreshing;
}

/** Puts garbage in the place of what is stored under names that begin so. */
async function spoil(server: MemoryServer, start: string): Promise<void> {
  const [texts]: readonly (readonly (readonly [name: string])[])[] = JSON.parse(server.dump());
  const names = (texts ?? []).map(([name]) => name).filter((name) => name.startsWith(start));
  expect(names).toHaveLength(1);
  await Promise.all(names.map((name) => server.connect().write(name, "garbage", 60_000)));
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
});

describe("what stands in the place of a chain", () => {
  it("is overwritten where it is garbage, and told", async () => {
    const { issue, open, sent, server, letTokensEnd } = await openFleet();
    const stored = recordEvents("behalf:store");
    const one = open(issue());
    await call(one);
    await spoil(server, "refresh:");
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(stored).toMatchObject([{ what: "refresh token", problem: "foreign" }]);
    letTokensEnd();
    expect(await call(one)).toBe(200);
    expect(sent()).toHaveLength(3);
    expect(stored).toHaveLength(1);
  });
});
