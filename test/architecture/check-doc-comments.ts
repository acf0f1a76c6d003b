import ts from "typescript";
import { createProgram } from "./create-program.ts";
import type { SourceText } from "./source-text.ts";

function hasDocComment(declaration: ts.Declaration): boolean {
  return ts.getJSDocCommentsAndTags(declaration).some((doc) => ts.isJSDoc(doc) && doc.comment !== undefined);
}

/** Finds exported names, reachable from the entries, whose declarations have no doc comment. */
export function checkDocComments(sources: readonly SourceText[], entries: readonly SourceText[]): readonly string[] {
  const program = createProgram(sources);
  const checker = program.getTypeChecker();

  return entries.flatMap(({ path }) => {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) return [`${path} exports nothing`];
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const { declarations = [] } = symbol;
      if (declarations.length === 0) return [`${path} exports ${exported.name}, whose declaration was not found`];
      return declarations.some(hasDocComment) ? [] : [`${path} exports ${exported.name} without a doc comment`];
    });
  });
}
