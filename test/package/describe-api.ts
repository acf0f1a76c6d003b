import { posix } from "node:path";
import ts from "typescript";

/** A module of the package, and the declaration file that it is typed by. */
export interface TypedModule {
  readonly specifier: string;
  readonly path: string;
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** `const a: 1, b: 2` is one statement; every other declaration stands for itself. */
function toStatement(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

function print(declaration: ts.Declaration): string {
  return printer.printNode(ts.EmitHint.Unspecified, toStatement(declaration), declaration.getSourceFile());
}

function createReader(checker: ts.TypeChecker, folder: string) {
  const resolve = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const listOwn = (symbol: ts.Symbol): readonly ts.Declaration[] =>
    (symbol.declarations ?? []).filter((declaration) => declaration.getSourceFile().fileName.startsWith(folder));

  /** Lists the package's own declarations that a declaration names. */
  function listMentioned(declaration: ts.Declaration): readonly ts.Symbol[] {
    const found: ts.Symbol[] = [];
    const look = (node: ts.Node): void => {
      const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      if (symbol) found.push(resolve(symbol));
      ts.forEachChild(node, look);
    };
    look(toStatement(declaration));
    return found.filter((symbol) => listOwn(symbol).some((own) => ts.isSourceFile(toStatement(own).parent)));
  }

  return { resolve, listOwn, listMentioned };
}

/** Follows what declarations mention, to everything that a user of the package can come across. */
function collectReachable(start: readonly ts.Symbol[], { listOwn, listMentioned }: ReturnType<typeof createReader>) {
  const reached = new Set<ts.Symbol>(start);
  for (const symbol of reached) {
    for (const mentioned of listOwn(symbol).flatMap(listMentioned)) reached.add(mentioned);
  }
  return reached;
}

function toSection(title: string, texts: readonly string[]): string {
  return [`# ${title}`, ...texts].join("\n\n");
}

/**
 * Writes down every public declaration of the modules, by name and without comments, and then those that are not exported
 * but can be reached from them.
 */
export function describeApi(modules: readonly TypedModule[]): string {
  const program = ts.createProgram({
    rootNames: modules.map(({ path }) => path),
    options: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: ["node"], noEmit: true },
  });
  const checker = program.getTypeChecker();
  const folder = posix.dirname(modules[0]?.path ?? "");
  const reader = createReader(checker, folder);
  const printOwn = (symbol: ts.Symbol): string => reader.listOwn(symbol).map(print).join("\n");

  const sections = modules.map(({ specifier, path }) => {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    const exported = module ? checker.getExportsOfModule(module) : [];
    return { specifier, exported: exported.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
  });
  const all = sections.flatMap(({ exported }) => exported.map(reader.resolve));
  const hidden = [...collectReachable(all, reader)].filter((symbol) => !all.includes(symbol)).map(printOwn);

  return `${[
    ...sections.map(({ specifier, exported }) =>
      toSection(
        specifier,
        exported.map((symbol) => printOwn(reader.resolve(symbol))),
      ),
    ),
    toSection("Reachable, not exported", hidden.sort()),
  ].join("\n\n")}\n`;
}
