import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviourNames, describeGrant, expectRefused } from "./behaviours.ts";
import { type EmptyCells, everyCell, findReason, grantNames, nameCell } from "./cell.ts";
import { createKeys } from "./keys.ts";
import { readTable } from "./matrix-page.ts";
import { createResults, drawTable, listUnseen } from "./results.ts";
import { lifeSeconds, type ScriptedMatrix, startScriptedMatrix } from "./scripted-matrix.ts";

/** What an RFC forbids. */
const empty: readonly EmptyCells[] = [
  {
    grants: ["clientCredentials", "automatic (system)"],
    ways: ["none"],
    reason:
      "RFC 6749 section 4.4: client credentials are for confidential clients only; `automatic` uses them for systems.",
  },
];

const cells = everyCell.filter((cell) => !findReason(empty, cell));
const emptyCells = everyCell.filter((cell) => findReason(empty, cell));
const results = createResults();
const parts = { results, empty, behaviours: behaviourNames.length };
let matrix: ScriptedMatrix;

beforeAll(async () => {
  matrix = await startScriptedMatrix(await createKeys());
});
afterAll(async () => {
  await matrix.close();
  console.log(`The scripted authorization server\n\n${drawTable(parts)}`);
});

describe.each(grantNames)("against the scripted authorization server, %s", (grant) => {
  const ofGrant = cells.filter((cell) => cell.grant === grant);
  describeGrant(() => matrix, ofGrant, { results, lifeMs: lifeSeconds * 1000 });
});

describe("the matrix of the scripted authorization server", () => {
  it.each(emptyCells.map((cell) => [nameCell(cell), cell] as const))(
    "has no %s: it is refused",
    async (_name, cell) => {
      await expectRefused(matrix, cell);
    },
  );

  it("has no other empty cell", () => {
    expect(listUnseen(parts)).toEqual(emptyCells.map(nameCell));
  });

  it("stands on the page about grants", () => {
    const table = drawTable(parts);
    expect(readTable("scripted", table)).toBe(table);
  });
});
