import { type ImportTable, outsideFolders, separateFolders } from "./import-table.ts";
import { isRelative, readImports, resolveRelative } from "./read-imports.ts";
import { isTest, type SourceText, toProblem } from "./source-text.ts";

const root = "packages/behalf/src/";
const lib = `${root}lib/`;

interface Place {
  /** The folder of `lib`, like `tokens`; for one whose folders are separate, like `adapters/fastify`. */
  readonly folder: string;
  readonly outside: boolean;
}

function findPlace(path: string): Place | undefined {
  const [first = "", second = "", third] = path.slice(lib.length).split("/");
  if (!second) return undefined;
  const separate = separateFolders.includes(first) && third;
  return { folder: separate ? `${first}/${second}` : first, outside: outsideFolders.includes(first) };
}

const isEntry = (path: string): boolean => path.startsWith(root) && !path.slice(root.length).includes("/");

function isAllowed(table: ImportTable, from: Place, target: string): boolean {
  if (isEntry(target)) return from.outside;
  const to = target.startsWith(lib) ? findPlace(target) : undefined;
  if (!to) return false;
  return to.folder === from.folder || (!from.outside && (table[from.folder]?.includes(to.folder) ?? false));
}

/** Finds imports inside the SDK that the table does not allow, and folders that it does not name. */
export function checkImportTable(sources: readonly SourceText[], table: ImportTable): readonly string[] {
  return sources
    .filter((source) => source.path.startsWith(lib) && !isTest(source))
    .flatMap((source) => {
      const place = findPlace(source.path);
      if (!place) return [`${source.path} stands in no folder of lib`];
      if (!place.outside && !table[place.folder]) return [`${source.path} is in "${place.folder}", not in the table`];
      return readImports(source)
        .filter((one) => isRelative(one) && !isAllowed(table, place, resolveRelative(source, one)))
        .map((one) => toProblem(source, one.node, `"${place.folder}" must not import ${one.specifier}`));
    });
}
