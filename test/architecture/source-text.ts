import ts from "typescript";

/** A file of the project: its path from the root of the workspace, with `/` on every system, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

const parsed = new WeakMap<SourceText, ts.SourceFile>();

/** Parses a file, once. */
export function parse(source: SourceText): ts.SourceFile {
  const known = parsed.get(source);
  if (known) return known;
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true);
  parsed.set(source, file);
  return file;
}

/** Visits every node under a node, from top to bottom. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    look(child);
    visit(child, look);
  });
}

/** Says where a problem is: `path:line message`. */
export function toProblem(source: SourceText, node: ts.Node, message: string): string {
  const file = parse(source);
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return `${source.path}:${line + 1} ${message}`;
}

export const isTest = ({ path }: SourceText): boolean => path.endsWith(".test.ts");
