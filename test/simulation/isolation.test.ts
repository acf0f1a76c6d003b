import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partyFieldNames, targetFieldNames } from "../../packages/behalf/src/lib/tokens/token-key.ts";
import { chooseSeed } from "../support/seed.ts";
import { type SimulationReport, simulate } from "./simulate.ts";
import { type ChangedSimulation, openChangedSimulation } from "./simulate-without.ts";

const seed = chooseSeed("isolation");
const million = 1_000_000;
/** Far more than it takes to see that a field is missing. */
const enough = 50_000;

function print({ violations, given, ...counts }: SimulationReport): void {
  process.stdout.write(`isolation: ${JSON.stringify({ ...counts, ...given })}\n`);
}

/** The subject token's type follows from the token, the issuer and the type that is set: it says what those say. */
const spare = "subjectTokenType";
const fields = [...targetFieldNames, ...partyFieldNames].filter((name) => name !== spare);
/** In the store's key, what was set is said by {@link spare} as well. */
const storeFields = fields.filter((name) => name !== "givenSubjectTokenType");

describe("tokens of a hundred users at five services in three tenants", () => {
  it("are given to nobody else, whatever happens to processes, store, server and users", {
    timeout: 300_000,
  }, async () => {
    const report = await simulate({ seed, steps: million, levels: "both" });
    print(report);
    expect(report).toMatchObject({ steps: million, violations: [] });
    for (const source of ["memory", "joined", "store", "server"] as const)
      expect(report.given[source]).toBeGreaterThan(100);
    expect(Math.min(report.restarts, report.losses, report.evictions)).toBeGreaterThan(0);
  });
});

describe("the simulation, loaded anew,", () => {
  let changed: ChangedSimulation;
  beforeAll(async () => {
    changed = await openChangedSimulation();
  });
  afterAll(() => changed?.close());

  describe("a key without one of its fields", () => {
    it.each(fields)("gives a token of another key from memory: %s", async (field) => {
      const simulateWithout = await changed.loadWithout(field);
      const { violations } = await simulateWithout({ seed, steps: enough, levels: "memory" });
      expect(violations[0]).toContain(" was given ");
    });

    it.each(storeFields)("gives a token of another key from the store: %s", async (field) => {
      const simulateWithout = await changed.loadWithout(field);
      const { violations } = await simulateWithout({ seed, steps: enough, levels: "store" });
      expect(violations[0]).toContain(" was given ");
    });

    it("and without what says the same gives one from the store", async () => {
      const simulateWithout = await changed.loadWithout("givenSubjectTokenType", spare);
      const { violations } = await simulateWithout({ seed, steps: enough, levels: "store" });
      expect(violations[0]).toContain(" was given ");
    });
  });

  describe("the same simulation without a change", () => {
    it.each(["memory", "store"] as const)("sees nothing wrong with what is kept in the %s only", async (levels) => {
      const simulateUnchanged = await changed.loadWithout();
      expect((await simulateUnchanged({ seed, steps: 5_000, levels })).violations).toEqual([]);
    });
  });
});
