import ts from "typescript";
import { parse, type SourceText, toProblem, visit } from "./source-text.ts";

const silencers = ["@ts-ignore", "@ts-expect-error", "@ts-nocheck"] as const;

function findEscape(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return "any";
  if (ts.isNonNullExpression(node)) return "a non-null assertion";
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
    return node.exclamationToken && "a definite assignment assertion";
  }
  return undefined;
}

/** Lists the comments of a file. Every comment stands before or after some token. */
function listComments(file: ts.SourceFile): readonly string[] {
  const found = new Map<number, string>();
  const add = (ranges: readonly ts.CommentRange[] = []) => {
    for (const { pos, end } of ranges) found.set(pos, file.text.slice(pos, end));
  };
  const walk = (node: ts.Node): void => {
    add(ts.getLeadingCommentRanges(file.text, node.pos));
    add(ts.getTrailingCommentRanges(file.text, node.end));
    for (const child of node.getChildren(file)) walk(child);
  };
  walk(file);
  return [...found.values()];
}

/** Finds the ways around the type checker: `any`, `!` and the comments that silence it. */
export function checkEscapes(sources: readonly SourceText[]): readonly string[] {
  return sources.flatMap((source) => {
    const file = parse(source);
    const problems = listComments(file).flatMap((comment) =>
      silencers.filter((word) => comment.includes(word)).map((word) => `${source.path} has ${word}`),
    );
    visit(file, (node) => {
      const found = findEscape(node);
      if (found) problems.push(toProblem(source, node, `has ${found}`));
    });
    return problems;
  });
}
