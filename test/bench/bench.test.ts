import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecorded } from "../../bench/src/report/record-results.ts";
import { runNode } from "../support/run-program.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const program = "bench/dist/main.js";
const longestMs = 180_000;
const tiny = ["--rounds", "1", "--sets", "1", "--calls", "6", "--concurrency", "2", "--users", "3", "--callers", "1,2"];

describe("npm run bench", () => {
  it("runs every suite of rows, with right answers", { timeout: longestMs }, async () => {
    const rows = "behalf,behalf-exchange,behalf-fastify,behalf-stream";
    const { code, stdout, stderr } = await runNode([program, ...tiny, "--rows", rows, "--json"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { suites }: { readonly suites: Readonly<Record<string, unknown>> } = JSON.parse(stdout);
    expect(Object.keys(suites)).toEqual(["calls", "exchange", "gateway", "stampede", "storm", "streams", "endurance"]);
    expect(suites).toMatchObject({
      calls: { measured: { rows: [{ name: "behalf", comparisons: [{ concurrency: 2 }] }] } },
      stampede: { measured: { rows: [{ tokenRequests: { highest: 1 }, failed: { highest: 0 } }] } },
      storm: { measured: { rows: [{ tokenRequests: { highest: 1 }, failed: { highest: 0 } }] } },
    });
  });

  it("writes the results where it is told to", { timeout: longestMs }, async () => {
    const folder = makeTemporaryFolder();
    const { code, stderr } = await runNode([program, ...tiny, "--suite", "hit", "--out", folder]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(Object.keys(readRecorded(folder).suites)).toEqual(["hit"]);
    expect(existsSync(join(folder, "RESULTS.md"))).toBe(true);
  });

  it.each([
    [["--suite", "another"], 'There is no suite "another"'],
    [["--rows", "another"], 'There is no row "another"'],
    [["--suite", "hit", "--rows", "behalf"], "The suite has none of these rows"],
    [["--sets", "0"], "--sets takes whole numbers from 1"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await runNode([program, ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
