import { posix } from "node:path";
import ts from "typescript";
import { isTest, parse, type SourceText } from "./source-text.ts";

const banned: ReadonlySet<string> = new Set(
  "manager managers helper helpers util utils base common data info process handle do my impl abstract".split(" "),
);

/** Words of the design and of the standards, where a banned word is part of the name. */
const terms = ["base address", "base path", "user info"] as const;

function splitWords(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[^a-zA-Z0-9]+/g, " ")
    .toLowerCase()
    .replaceAll(new RegExp(terms.join("|"), "g"), "")
    .split(" ");
}

function findBannedWord(name: string): string | undefined {
  if (/^I[A-Z][a-z]/.test(name)) return "the prefix I";
  return splitWords(name).find((word) => banned.has(word));
}

function isExported(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function listBindings(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? listBindings(element.name) : []));
}

function listExports(statement: ts.Statement): readonly string[] {
  if (ts.isExportDeclaration(statement)) {
    const clause = statement.exportClause;
    return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
  }
  if (!isExported(statement)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => listBindings(name));
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name ? [name.text] : [];
}

/** Finds file names and exported names that hold a banned word. */
export function checkNames(sources: readonly SourceText[]): readonly string[] {
  return sources
    .filter((source) => !isTest(source))
    .flatMap((source) => {
      const names = [posix.basename(source.path, ".ts"), ...parse(source).statements.flatMap(listExports)];
      return names.flatMap((name) => {
        const word = findBannedWord(name);
        return word === undefined ? [] : [`${source.path}: the name ${name} holds ${word}`];
      });
    });
}
