import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { behaviourNames, describeGrant, expectRefused } from "./behaviours.ts";
import { type EmptyCells, everyCell, findReason, grantNames, nameCell, wayNames } from "./cell.ts";
import { type DevMatrix, lifeSeconds, startDevMatrix } from "./dev-matrix.ts";
import { createKeys } from "./keys.ts";
import { readTable } from "./matrix-page.ts";
import { createResults, drawTable, listUnseen } from "./results.ts";

/** What `oidc-provider` lacks, beside what an RFC forbids. */
const empty: readonly EmptyCells[] = [
  {
    grants: ["clientCredentials", "automatic (system)"],
    ways: ["none"],
    reason:
      "RFC 6749 section 4.4: client credentials are for confidential clients only; `automatic` uses them for systems.",
  },
  {
    grants: ["identityAssertion"],
    ways: wayNames,
    reason: "It issues no identity assertions (ID-JAG), and takes none of another issuer.",
  },
  {
    grants: grantNames,
    ways: ["client_secret_basic, raw"],
    reason: "It decodes id and secret, as RFC 6749 section 2.3.1 has it.",
  },
  {
    grants: grantNames,
    ways: ["workload_identity, jwt-bearer", "workload_identity, jwt-spiffe"],
    reason: "It takes client assertions that the client's own key signed, and no platform's.",
  },
];

const cells = everyCell.filter((cell) => !findReason(empty, cell));
const emptyCells = everyCell.filter((cell) => findReason(empty, cell));
const results = createResults();
const parts = { results, empty, behaviours: behaviourNames.length };
let matrix: DevMatrix;

beforeAll(async () => {
  matrix = await startDevMatrix(await createKeys());
});
afterAll(async () => {
  await matrix.close();
  console.log(`oidc-provider, as @behalf/dev runs it\n\n${drawTable(parts)}`);
});

describe.each(grantNames)("against oidc-provider, %s", (grant) => {
  const ofGrant = cells.filter((cell) => cell.grant === grant);
  if (ofGrant.length > 0) describeGrant(() => matrix, ofGrant, { results, lifeMs: lifeSeconds * 1000 });
  else it("is lacking", () => expect(emptyCells.some((cell) => cell.grant === grant)).toBe(true));
});

describe("the matrix of oidc-provider", () => {
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
    expect(readTable("oidc-provider", table)).toBe(table);
  });
});
