import { posix } from "node:path";
import ts from "typescript";
import { isTest, parse, type SourceText, toProblem } from "./source-text.ts";

/** What of a `package.json` the rules read. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Gives the import specifier of an entry file: `fastify.ts` is `behalf/fastify`. */
export function toSpecifier({ name }: Manifest, entry: SourceText): string {
  const key = posix.basename(entry.path, ".ts");
  return key === "index" ? name : `${name}/${key}`;
}

/** Lists the import specifiers of a package's modules. */
export function listSpecifiers({ name, exports = {} }: Manifest): readonly string[] {
  return Object.keys(exports)
    .filter((key) => !key.endsWith(".json"))
    .map((key) => posix.join(name, key));
}

/** Keeps the entry files of a source folder: the modules that stand directly in it. */
export function listEntries(sources: readonly SourceText[], folder: string): readonly SourceText[] {
  return sources.filter((source) => posix.dirname(source.path) === folder && !isTest(source));
}

function isNamedReexport(node: ts.Statement): boolean {
  if (!ts.isExportDeclaration(node) || !node.moduleSpecifier || !node.exportClause) return false;
  if (!ts.isNamedExports(node.exportClause)) return false;
  return node.exportClause.elements.every(({ name }) => name.text !== "default");
}

function readModuleTag({ text }: SourceText): string | undefined {
  const [first] = ts.getLeadingCommentRanges(text, 0) ?? [];
  return first && /@module\s+(\S+)/.exec(text.slice(first.pos, first.end))?.[1];
}

/** Finds entries and `exports` that do not match, entries that do more than re-export, and wrong `@module` tags. */
export function checkEntries(entries: readonly SourceText[], manifest: Manifest): readonly string[] {
  const specifiers = listSpecifiers(manifest);
  const files = entries.map((entry) => toSpecifier(manifest, entry));
  const missing = specifiers.filter((specifier) => !files.includes(specifier));

  return [
    ...missing.map((specifier) => `${specifier} is exported but has no entry file`),
    ...entries.flatMap((entry) => {
      const specifier = toSpecifier(manifest, entry);
      const tag = readModuleTag(entry);
      return [
        ...(specifiers.includes(specifier) ? [] : [`${entry.path} is no key of "exports"`]),
        ...(tag === specifier ? [] : [`${entry.path} says @module ${tag}, not ${specifier}`]),
        ...parse(entry)
          .statements.filter((node) => !isNamedReexport(node))
          .map((node) => toProblem(entry, node, "is no named re-export")),
      ];
    }),
  ];
}
