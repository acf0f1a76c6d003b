import ts from "typescript";
import { parse, type SourceText, visit } from "./source-text.ts";

const union = "BehalfErrorCode";

function listLiterals(type: ts.TypeNode): readonly string[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(listLiterals);
  if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
  throw new Error(`${union} holds ${type.getText()}, which is no string literal`);
}

/** Lists the codes of the union `BehalfErrorCode`, wherever it is declared. */
export function listErrorCodes(sources: readonly SourceText[]): readonly string[] {
  const codes: string[] = [];
  for (const source of sources) {
    visit(parse(source), (node) => {
      if (ts.isTypeAliasDeclaration(node) && node.name.text === union) codes.push(...listLiterals(node.type));
    });
  }
  return codes;
}

/** Finds codes without a heading `## CODE`, headings without a code, and headings that come twice. */
export function checkErrorDocs(codes: readonly string[], docs: string): readonly string[] {
  const headings = [...docs.matchAll(/^## `?(BEHALF_\w+)`?\s*$/gm)].map(([, code]) => String(code));
  return [
    ...(codes.length === 0 ? [`The union ${union} was not found`] : []),
    ...codes.filter((code) => !headings.includes(code)).map((code) => `${code} has no heading`),
    ...headings.filter((code) => !codes.includes(code)).map((code) => `${code} is no code`),
    ...headings.filter((code, index) => headings.indexOf(code) !== index).map((code) => `${code} has two headings`),
  ];
}
