import {
  bindingNames,
  type Cell,
  type EmptyCells,
  everyCell,
  findReason,
  grantNames,
  isAsES256,
  nameCell,
  wayNames,
} from "./cell.ts";

/** What was seen of the matrix. */
export interface Results {
  /** Notes that a behaviour was seen in a cell. */
  note(cell: Cell, behaviour: string): void;
  /** How many behaviours were seen in a cell. */
  count(cell: Cell): number;
}

export function createResults(): Results {
  const seen = new Map<string, Set<string>>();
  return {
    note(cell, behaviour) {
      const name = nameCell(cell);
      seen.set(name, (seen.get(name) ?? new Set()).add(behaviour));
    },
    count: (cell) => seen.get(nameCell(cell))?.size ?? 0,
  };
}

/** What a table is drawn from. */
export interface TableParts {
  readonly results: Results;
  readonly empty: readonly EmptyCells[];
  /** How many behaviours a whole cell has. */
  readonly behaviours: number;
}

const letters = { bearer: "B", dpop: "D", certificate: "C" } as const;

function drawCell(place: Pick<Cell, "grant" | "way">, { results, empty, behaviours }: TableParts): string {
  const reason = findReason(empty, { ...place, binding: "bearer" });
  if (reason) return `– (${empty.indexOf(reason) + 1})`;
  if (isAsES256(place)) return "as ES256";
  return bindingNames
    .map((binding) => (results.count({ ...place, binding }) === behaviours ? letters[binding] : "✗"))
    .join(" ");
}

/** The names of the cells in which not every behaviour was seen. */
export function listUnseen({ results, behaviours }: TableParts): readonly string[] {
  return everyCell.filter((cell) => results.count(cell) < behaviours).map(nameCell);
}

function drawRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const draw = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [draw(head), draw(widths.map((width) => "-".repeat(width))), ...body.map(draw)];
}

/** Draws the matrix as a Markdown table, with the reasons of its empty cells. */
export function drawTable(parts: TableParts): string {
  const rows = wayNames.map((way) => [way, ...grantNames.map((grant) => drawCell({ grant, way }, parts)), "·"]);
  const reasons = parts.empty.map(({ reason }, index) => `(${index + 1}) ${reason}`);
  const notes = [
    ...reasons,
    "as ES256: the algorithms of `private_key_jwt` are tried with one grant.",
    "·: no authorization server is asked, so no client authenticates.",
  ];
  return [...drawRows([["", ...grantNames, "forward"], ...rows]), "", ...notes.map((note) => `- ${note}`)].join("\n");
}
