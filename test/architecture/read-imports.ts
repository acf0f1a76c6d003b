import { posix } from "node:path";
import ts from "typescript";
import { parse, type SourceText, visit } from "./source-text.ts";

/** One mention of another module: import, re-export, dynamic import, `require` or `import("…")` as a type. */
export interface Import {
  readonly specifier: string;
  readonly node: ts.Node;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isLoad(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node)) return false;
  const called = node.expression;
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require");
}

function readImport(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const specifier = node.moduleSpecifier;
    if (!specifier || !ts.isStringLiteral(specifier)) return undefined;
    return { specifier: specifier.text, node, typeOnly: isTypeOnly(node) };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, node, typeOnly: true };
  }
  const [target] = isLoad(node) ? node.arguments : [];
  return target && ts.isStringLiteral(target) ? { specifier: target.text, node, typeOnly: false } : undefined;
}

/** Lists what a file imports, in order. */
export function readImports(source: SourceText): readonly Import[] {
  const found: Import[] = [];
  visit(parse(source), (node) => {
    const one = readImport(node);
    if (one) found.push(one);
  });
  return found;
}

export const isRelative = ({ specifier }: Import): boolean => specifier.startsWith(".");

/** Gives the path of the file that a relative import means. */
export function resolveRelative(source: SourceText, { specifier }: Import): string {
  return posix.join(posix.dirname(source.path), specifier);
}

/** Gives the package that a bare specifier names: `@scope/name/sub` is of `@scope/name`. */
export function toPackageName(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
