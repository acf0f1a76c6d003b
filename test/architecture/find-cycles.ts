import { isRelative, readImports, resolveRelative } from "./read-imports.ts";
import { isTest, type SourceText } from "./source-text.ts";

type Graph = ReadonlyMap<string, readonly string[]>;

function toGraph(sources: readonly SourceText[]): Graph {
  const code = sources.filter((source) => !isTest(source));
  return new Map(
    code.map((source) => [
      source.path,
      readImports(source)
        .filter(isRelative)
        .map((one) => resolveRelative(source, one)),
    ]),
  );
}

/** Finds cycles of imports, types included. Each is told once, as `a → b → a`. */
export function findCycles(sources: readonly SourceText[]): readonly string[] {
  const graph = toGraph(sources);
  const done = new Set<string>();
  const cycles: string[] = [];

  function walk(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  }

  for (const path of graph.keys()) walk(path, []);
  return cycles;
}
