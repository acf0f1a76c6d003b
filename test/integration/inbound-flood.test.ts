import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createBehalf, isBehalfError } from "behalf";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "../support/open-behalf.ts";
import { the } from "../support/the.ts";
import { silentLogger } from "../support/token-service.ts";

const issuer = "https://as.example.com";
const flood = { tokens: 10_000, bursts: 100, everyMs: 100 };
const newcomers = 20;
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A server that answers in 20 ms, ten questions at a time: what comes above that waits. */
function createSlowServer() {
  const seen = { asked: 0, underWay: 0, mostUnderWay: 0, mostOfFlood: 0 };
  let ofFlood = 0;
  let slots = Array.from({ length: 10 }, () => Promise.resolve());

  const introspect = async (token: string): Promise<object> => {
    const isFlood = token.startsWith("random-");
    seen.asked += 1;
    seen.underWay += 1;
    ofFlood += isFlood ? 1 : 0;
    seen.mostUnderWay = Math.max(seen.mostUnderWay, seen.underWay);
    seen.mostOfFlood = Math.max(seen.mostOfFlood, ofFlood);
    const [slot, ...others] = slots;
    const answered = (slot ?? Promise.resolve()).then(() => later(20));
    slots = [...others, answered];
    await answered;
    seen.underWay -= 1;
    ofFlood -= isFlood ? 1 : 0;
    return isFlood ? { active: false } : { active: true, sub: token, aud: the.clientId };
  };

  const fetch = async (url: string, { body }: { body?: string | URLSearchParams | null }): Promise<Response> => {
    if (!url.includes("/introspect")) {
      const endpoints = { token_endpoint: `${issuer}/token`, introspection_endpoint: `${issuer}/introspect` };
      return Response.json({ issuer, ...endpoints });
    }
    return Response.json(await introspect(new URLSearchParams(body?.toString()).get("token") ?? ""));
  };
  return { seen, fetch };
}

function openApi() {
  const server = createSlowServer();
  const behalf = closeAfterTest(
    createBehalf({
      authority: issuer,
      clientId: the.clientId,
      clientSecret: the.clientSecret,
      inbound: { type: "introspection", audience: the.clientId },
      environment: false,
      logger: silentLogger,
      fetch: server.fetch,
      services: {},
    }),
  );
  /** Gives the status that the caller sees. */
  const visit = async (token: string, remote: string): Promise<number> => {
    const rawHeaders = ["authorization", `Bearer ${token}`];
    const addresses = { local: "192.0.2.1", remote };
    const context = behalf.receive({ rawHeaders, addresses, setResponseHeader() {}, onHangUp() {} });
    try {
      await behalf.authenticateCaller(context);
      return 200;
    } catch (error) {
      if (!isBehalfError(error)) throw error;
      const { status, headers } = behalf.answer(error);
      return status === 503 && headers["retry-after"] === undefined ? 0 : status;
    }
  };
  return { ...server, visit };
}

/** The heap after all garbage is gone, in MiB. */
function readHeap(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** A valid caller from an address of its own, whom nobody knows yet, and one that is known. */
async function visitAsNewcomer(visit: (token: string, remote: string) => Promise<number>, index: number) {
  const startedAt = performance.now();
  const status = await visit(`newcomer-${index}`, `198.51.100.${index}`);
  const waitedMs = performance.now() - startedAt;
  return { status, waitedMs, again: await visit("known", "192.0.2.66") };
}

describe("10,000 distinct invalid tokens in ten seconds from one address", () => {
  it("leave a bounded number of questions and bytes, and valid callers are answered", { timeout: 60_000 }, async () => {
    const { visit, seen } = openApi();
    // Somebody behind the address that the flood comes from.
    expect(await visit("known", "192.0.2.66")).toBe(200);
    const heapBefore = readHeap();
    const startedAt = performance.now();
    const statuses: Promise<number>[] = [];
    const visits: ReturnType<typeof visitAsNewcomer>[] = [];
    for (let burst = 0; burst < flood.bursts; burst += 1) {
      for (let each = 0; each < flood.tokens / flood.bursts; each += 1)
        statuses.push(visit(`random-${burst}-${each}`, "192.0.2.66"));
      if (burst % (flood.bursts / newcomers) === 0) visits.push(visitAsNewcomer(visit, visits.length));
      await later(Math.max(0, startedAt + (burst + 1) * flood.everyMs - performance.now()));
    }
    const lasted = performance.now() - startedAt;
    const [answered, known] = await Promise.all([Promise.all(statuses), Promise.all(visits)]);
    const heapGrowth = readHeap() - heapBefore;
    const count = (status: number): number => answered.filter((one) => one === status).length;
    const figures = {
      "flood lasted, s": (lasted / 1_000).toFixed(1),
      "introspections asked": seen.asked,
      "most under way": seen.mostUnderWay,
      "most under way of the flood": seen.mostOfFlood,
      "refused 401": count(401),
      "refused 503": count(503),
      "newcomers answered": known.filter(({ status }) => status === 200).length,
      "longest wait of a newcomer, ms": Math.round(Math.max(...known.map(({ waitedMs }) => waitedMs))),
      "heap before, MiB": heapBefore.toFixed(1),
      "heap growth, MiB": heapGrowth.toFixed(1),
    };
    console.table(figures);

    expect(seen.mostOfFlood).toBe(50);
    expect(seen.mostUnderWay).toBeLessThanOrEqual(50 + newcomers);
    expect(count(401) + count(503)).toBe(flood.tokens);
    expect(count(503)).toBeGreaterThan(0);
    // Each token is asked about once at most, and what was refused by us was not asked about at all.
    expect(seen.asked).toBe(1 + count(401) + newcomers);
    expect(known.map(({ status, again }) => [status, again])).toEqual(known.map(() => [200, 200]));
    expect([visits.length, seen.underWay]).toEqual([newcomers, 0]);
    expect(heapGrowth).toBeLessThan(64);
  });
});
