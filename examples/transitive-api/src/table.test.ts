import { describe, expect, it } from "vitest";
import { some } from "../test/some.ts";
import type { TokenSource } from "./call-record.ts";
import { renderTable } from "./table.ts";

const hop = (tokenSource: TokenSource, durationMs: number, sub = "alice") =>
  some.hop({ sub, call: { service: "inventory", grant: "tokenExchange", messageId: "1", tokenSource, durationMs } });

const hops = [hop("server", 20), hop("joined", 15), hop("memory", 1.26), hop("memory", 2, "bob")];

describe("renderTable", () => {
  it("shows the hops in columns, and sums up by person and backend", () => {
    expect(renderTable(hops, { color: false, first: 2 })).toBe(`3 of 4 hops: the first of each person and backend

hop                     who (sub)  for (aud)  acting (act)  grant          token from    ms
───────────────────────────────────────────────────────────────────────────────────────────
orders-api → inventory  alice      inventory  orders-api    tokenExchange  server      20.0
orders-api → inventory  alice      inventory  orders-api    tokenExchange  joined      15.0
orders-api → inventory  bob        inventory  orders-api    tokenExchange  memory       2.0

Where the tokens came from

who (sub)  for (aud)  hops  server  joined  memory  median ms
─────────────────────────────────────────────────────────────
alice      inventory     3       1       1       1       15.0
bob        inventory     1       0       0       1        2.0
`);
  });

  it("stays within 100 columns", () => {
    const sources: TokenSource[] = ["server", "joined", "memory", "store", "background"];
    const lines = renderTable(
      sources.map((source) => hop(source, 1234.5)),
      { color: false },
    ).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("shows a dash for what is not known", () => {
    const line = renderTable([some.hop({ act: undefined, call: undefined })], { color: false }).split("\n")[4];
    expect(line?.split(/\s{2,}/)).toEqual(["orders-api → inventory", "alice", "inventory", "–", "–", "–", "–"]);
  });

  it("writes in bold only when colour is wanted", () => {
    expect(renderTable(hops, { color: true })).toContain("\x1b[1m");
    expect(renderTable(hops, { color: false })).not.toContain("\x1b");
  });
});
