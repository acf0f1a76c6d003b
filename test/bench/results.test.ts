import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatResults } from "../../bench/src/report/format-results.ts";
import { readRecorded, recordResults } from "../../bench/src/report/record-results.ts";
import { mergeResults, parseResults } from "../../bench/src/report/results.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { someCalls, someEnvironment, someResult } from "./some-result.ts";

const order = ["calls", "gateway", "hit"];

describe("mergeResults", () => {
  it("replaces the suites that ran and keeps the others", () => {
    const old = { suites: { calls: someResult({ heading: "old" }), hit: someResult({ heading: "kept" }) } };
    const merged = mergeResults(old, { suites: { calls: someResult({ heading: "new" }) } }, order);
    expect(merged.suites.calls?.heading).toBe("new");
    expect(merged.suites.hit?.heading).toBe("kept");
  });

  it("keeps the order of the suites, whichever ran first", () => {
    const old = { suites: { hit: someResult(), gateway: someResult() } };
    expect(Object.keys(mergeResults(old, { suites: { calls: someResult() } }, order).suites)).toEqual(order);
  });

  it("drops a suite that is no more", () => {
    const old = { suites: { gone: someResult() } };
    expect(mergeResults(old, { suites: {} }, order).suites).toEqual({});
  });
});

describe("parseResults", () => {
  it("starts with nothing where nothing was written", () => {
    expect(parseResults(undefined)).toEqual({ suites: {} });
  });

  it.each(["null", "[]", "{}", '{"suites":1}'])("refuses %s", (text) => {
    expect(() => parseResults(text)).toThrow("not readable");
  });
});

describe("formatResults", () => {
  it("writes each suite with its tables, aligned, and its verdicts", () => {
    const page = formatResults({ suites: { calls: someResult() } });
    expect(page).toContain("## calls\n\nmedians of 9 rounds\n\n| row | CPU |\n| --- | ---: |\n| Behalf | ×0.98 |\n");
    expect(page).toContain("\nBehalf stands well.\n");
  });

  it("names machine, Node and packages once for suites of one run", () => {
    const page = formatResults({ suites: { calls: someResult(), hit: someResult() } });
    expect(page.match(/Some Processor, 2 cores, Linux, Node v20\.19\.0; behalf 1\.2\.3, undici 7\.0\.0/g)).toHaveLength(
      1,
    );
    expect(page).not.toContain("measured on 1");
  });

  it("tells which suite was measured when, if they are of several runs", () => {
    const later = someResult({ environment: { ...someEnvironment, date: "2026-02-01" } });
    const page = formatResults({ suites: { calls: someResult(), hit: later } });
    expect(page).toContain("1. 2026-01-15: ");
    expect(page).toContain("2. 2026-02-01: ");
    expect(page).toContain("## hit\n\nmedians of 9 rounds (measured on 2)");
  });

  it("keeps a bar in a cell from opening another", () => {
    const page = formatResults({ suites: { calls: someResult({ tables: [[["row"], ["a|b"]]] }) } });
    expect(page).toContain("| a\\|b |");
  });
});

describe("recordResults", () => {
  it("keeps what somebody wrote below the results", () => {
    const folder = makeTemporaryFolder();
    writeFileSync(join(folder, "notes.md"), "What was tried: nothing.\n");
    recordResults(folder, { suites: { calls: someCalls({ behalf: [1] }) } }, order);
    expect(readFileSync(join(folder, "RESULTS.md"), "utf8")).toContain("What was tried");
  });

  it("writes the page and the chart from all suites, also those of an earlier run", () => {
    const folder = makeTemporaryFolder();
    recordResults(folder, { suites: { calls: someCalls({ behalf: [1], axios: [7] }) } }, order);
    recordResults(folder, { suites: { hit: someResult({ heading: "the hit" }) } }, order);
    expect(Object.keys(readRecorded(folder).suites)).toEqual(["calls", "hit"]);
    expect(readFileSync(join(folder, "RESULTS.md"), "utf8")).toContain("## calls");
    expect(readFileSync(join(folder, "results.svg"), "utf8")).toContain("×7.00");
  });

  it("draws no chart without the calls", () => {
    const folder = makeTemporaryFolder();
    recordResults(folder, { suites: { hit: someResult() } }, order);
    expect(existsSync(join(folder, "results.svg"))).toBe(false);
  });

  it("leaves a file alone that it cannot read", () => {
    const folder = makeTemporaryFolder();
    writeFileSync(join(folder, "results.json"), "{}");
    expect(() => recordResults(folder, { suites: { hit: someResult() } }, order)).toThrow("not readable");
    expect(readFileSync(join(folder, "results.json"), "utf8")).toBe("{}");
  });
});
