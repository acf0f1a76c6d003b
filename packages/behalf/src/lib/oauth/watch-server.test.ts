import { describe, expect, it } from "vitest";
import { createDiagnostics } from "../diagnostics/diagnostics.ts";
import { watchServer } from "./watch-server.ts";

const issuer = "https://login.example.com";

type End = number | Error;

/** Sends one request for each end, and gives the log's lines. */
async function watch(...ends: readonly End[]): Promise<readonly object[]> {
  const lines: object[] = [];
  const write = (fields: object): void => void lines.push(fields);
  const logger = { debug: write, info: write, warn: write, error: write, isLevelEnabled: () => false };
  const left = [...ends];
  let now = 0;
  const fetch = watchServer(
    async () => {
      const end = left.shift() ?? 200;
      if (typeof end === "number") return new Response(null, { status: end });
      throw end;
    },
    { issuer, diagnostics: createDiagnostics("orders", logger), now: () => (now += 1_000) },
  );
  for (const _ of ends) await fetch(issuer, { method: "GET", headers: {} }).catch(() => {});
  return lines;
}

describe("watchServer", () => {
  it("tells once that the server went away, and once that it is back", async () => {
    expect(await watch(200, 503, 502, new TypeError("fetch failed"), 200, 200)).toEqual([
      { instance: "orders", what: issuer, state: "unreachable", detail: { status: 503 } },
      { instance: "orders", what: issuer, state: "reachable", detail: { afterMs: 3_000 } },
    ]);
  });

  it("takes a refusal for an answer", async () => {
    expect(await watch(429, 400)).toMatchObject([{ state: "unreachable" }, { state: "reachable" }]);
  });

  it.each([
    [new TypeError("fetch failed"), "network"],
    [new DOMException("late", "TimeoutError"), "timeout"],
  ])("names the reason of %s", async (end, error) => {
    expect(await watch(end)).toMatchObject([{ state: "unreachable", detail: { error } }]);
  });

  it("learns nothing from a request that was given up", async () => {
    expect(await watch(503, new DOMException("left", "AbortError"))).toHaveLength(1);
  });
});
