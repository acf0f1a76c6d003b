import { describe, expect, it } from "vitest";
import { createClock } from "../../../../../test/support/clock.ts";
import { createNetwork } from "../../../../../test/support/token-request.ts";
import { guardServer } from "./guard-server.ts";
import type { RequestEnd } from "./request-end.ts";
import { ServerClosedError } from "./server-closed-error.ts";

const url = "https://as.example.com/token";
const request = { method: "POST", headers: {} };

function open(respond: () => Response | Promise<Response>) {
  const clock = createClock();
  const network = createNetwork(respond);
  const ends: RequestEnd[] = [];
  const guarded = guardServer(network.fetch, { now: clock.now, watch: (end) => void ends.push(end) });
  const failFiveTimes = async (): Promise<void> => {
    for (let time = 0; time < 5; time += 1) await guarded.fetch(url, request).catch(() => {});
  };
  return { clock, network, ends, guarded, failFiveTimes };
}

const broken = (): never => {
  throw new TypeError("fetch failed");
};

describe("guardServer", () => {
  it("sends nothing to a server that does not answer, and says for how long", async () => {
    const { guarded, network, ends, clock, failFiveTimes } = open(broken);
    await failFiveTimes();
    clock.advance(500);
    const error: unknown = await guarded.fetch(url, request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServerClosedError);
    expect(error).toMatchObject({ retryAfterMs: 1_500, sent: false });
    expect([network.asked.length, ends.length]).toEqual([5, 5]);
  });

  it("sends to another origin of the same server", async () => {
    const { guarded, network, failFiveTimes } = open(broken);
    await failFiveTimes();
    await guarded.fetch("https://tokens.example.com/token", request).catch(() => {});
    expect(network.asked).toHaveLength(6);
  });

  it("sends one probe of many requests that come at the same time", async () => {
    let answers: () => Response | Promise<Response> = broken;
    const { guarded, network, clock, failFiveTimes } = open(() => answers());
    await failFiveTimes();
    clock.advance(2_000);
    answers = () => new Promise((resolve) => setTimeout(() => resolve(new Response("{}")), 10));
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => guarded.fetch(url, request)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(network.asked).toHaveLength(6);
    await Promise.all(Array.from({ length: 100 }, () => guarded.fetch(url, request)));
    expect(network.asked).toHaveLength(106);
  });

  it("tells since when it keeps requests back", async () => {
    const { guarded, clock, failFiveTimes } = open(broken);
    expect(guarded.closedSince()).toBeUndefined();
    await failFiveTimes();
    clock.advance(700);
    expect(guarded.closedSince()).toBe(clock.now() - 700);
  });

  it("keeps for whom a request is to itself", async () => {
    const { guarded, network } = open(() => new Response("{}"));
    await guarded.fetch(url, { ...request, party: "alice" });
    expect(network.asked[0]?.request).toEqual(request);
  });
});
