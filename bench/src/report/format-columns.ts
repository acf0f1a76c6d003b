/** The cells of one line of a table. */
export type Cells = readonly string[];

/** Formats lines as columns: the first to the left, the others to the right. */
export function formatColumns(lines: readonly Cells[]): string {
  const widthOf = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widthOf(column)) : cell.padStart(widthOf(column));
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}
