import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../../docs/grants.md", import.meta.url);

/** The table of a server as it stands on the page; `UPDATE_GRANTS=1` puts this one there first. */
export function readTable(server: string, table: string): string | undefined {
  const [start, end] = [`<!-- matrix: ${server} -->`, `<!-- end of matrix: ${server} -->`];
  const place = new RegExp(`${start}\\n\\n([\\s\\S]*?)\\n\\n${end}`);
  const text = readFileSync(page, "utf8");
  if (process.env.UPDATE_GRANTS === "1")
    writeFileSync(
      page,
      text.replace(place, () => `${start}\n\n${table}\n\n${end}`),
    );
  return place.exec(readFileSync(page, "utf8"))?.[1];
}
