import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviourNames, describeGrant, expectRefused, type MatrixServer } from "./behaviours.ts";
import { type EmptyCells, everyCell, findReason, grantNames, nameCell } from "./cell.ts";
import { createKeys } from "./keys.ts";
import { readTable } from "./matrix-page.ts";
import { createResults, drawTable, listUnseen } from "./results.ts";

/** One server, against which every cell is tried. */
export interface MatrixPlan {
  /** As the names of the tests have it. */
  readonly title: string;
  /** Its name on the page about grants. */
  readonly page: string;
  readonly empty: readonly EmptyCells[];
  readonly lifeSeconds: number;
  start(keys: Awaited<ReturnType<typeof createKeys>>): Promise<MatrixServer & { close(): Promise<void> }>;
}

/** What an RFC forbids, at any server. */
export const forbidden: EmptyCells = {
  grants: ["clientCredentials", "automatic (system)"],
  ways: ["none"],
  reason:
    "RFC 6749 section 4.4: client credentials are for confidential clients only; `automatic` uses them for systems.",
};

/** Tries every cell that is not empty by every behaviour, and each empty one to be refused; prints the table at the end. */
export function describeMatrix({ title, page, empty, lifeSeconds, start }: MatrixPlan): void {
  const cells = everyCell.filter((cell) => !findReason(empty, cell));
  const emptyCells = everyCell.filter((cell) => findReason(empty, cell));
  const results = createResults();
  const parts = { results, empty, behaviours: behaviourNames.length };
  let matrix: Awaited<ReturnType<MatrixPlan["start"]>>;

  beforeAll(async () => {
    matrix = await start(await createKeys());
  });
  afterAll(async () => {
    await matrix.close();
    console.log(`${title}\n\n${drawTable(parts)}`);
  });

  describe.each(grantNames)(`against ${title}, %s`, (grant) => {
    const ofGrant = cells.filter((cell) => cell.grant === grant);
    if (ofGrant.length > 0) describeGrant(() => matrix, ofGrant, { results, lifeMs: lifeSeconds * 1000 });
    else it("is lacking", () => expect(emptyCells.some((cell) => cell.grant === grant)).toBe(true));
  });

  describe(`the matrix of ${title}`, () => {
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
      expect(readTable(page, table)).toBe(table);
    });
  });
}
