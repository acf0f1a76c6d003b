import ts from "typescript";
import { isTest, parse, type SourceText, toProblem, visit } from "./source-text.ts";

/** The alarms of the house style, in lines where not said otherwise. */
export interface SizeLimits {
  readonly file: number;
  readonly testFile: number;
  readonly function: number;
  /** A count. */
  readonly parameters: number;
  /** Blocks within each other, in one function. */
  readonly nesting: number;
}

export const sizeLimits: SizeLimits = { file: 350, testFile: 500, function: 50, parameters: 3, nesting: 3 };

const branchings: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.TryStatement,
]);

const countLines = (text: string): number => text.replace(/\n$/, "").split("\n").length;

/** Tells whether the first comment of a file says `size exception:` and a reason. */
function isExcepted({ text }: SourceText): boolean {
  const [first] = ts.getLeadingCommentRanges(text, ts.getShebang(text)?.length ?? 0) ?? [];
  return first !== undefined && /size exception:[\s*]*\w+[\s*]+\w+/.test(text.slice(first.pos, first.end));
}

function isElseIf(node: ts.Node): boolean {
  return ts.isIfStatement(node) && ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
}

function measureNesting(node: ts.Node, depth = 0): number {
  let deepest = depth;
  ts.forEachChild(node, (child) => {
    if (ts.isFunctionLike(child)) return;
    const inside = branchings.has(child.kind) && !isElseIf(child) ? depth + 1 : depth;
    deepest = Math.max(deepest, measureNesting(child, inside));
  });
  return deepest;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const { name } = node.name ? node : ts.isVariableDeclaration(node.parent) ? node.parent : {};
  return name?.getText() ?? "a function";
}

function checkFunction(source: SourceText, node: ts.SignatureDeclaration, limits: SizeLimits): readonly string[] {
  const parameters = node.parameters.filter(({ name }) => name.getText() !== "this").length;
  const measures = [
    ["lines", countLines(node.getText()), limits.function],
    ["parameters", parameters, limits.parameters],
    ["levels of nesting", measureNesting(node), limits.nesting],
  ] as const;
  return measures
    .filter(([, size, limit]) => size > limit)
    .map(([what, size, limit]) => toProblem(source, node, `${nameOf(node)} has ${size} ${what}, more than ${limit}`));
}

function checkFile(source: SourceText, limit: number): readonly string[] {
  const lines = countLines(source.text);
  return lines > limit ? [`${source.path} has ${lines} lines, more than ${limit}`] : [];
}

/** Finds what is larger than the limits. Tests are measured by file only: their functions are lists of tests. */
export function checkSizes(sources: readonly SourceText[], limits: SizeLimits = sizeLimits): readonly string[] {
  return sources
    .filter((source) => !isExcepted(source))
    .flatMap((source) => {
      if (isTest(source)) return checkFile(source, limits.testFile);
      const problems = [...checkFile(source, limits.file)];
      visit(parse(source), (node) => {
        if (ts.isFunctionLike(node)) problems.push(...checkFunction(source, node, limits));
      });
      return problems;
    });
}
