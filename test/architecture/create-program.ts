import { posix } from "node:path";
import ts from "typescript";
import { parse, type SourceText } from "./source-text.ts";

/** Makes a program of these sources alone: no library, no package, nothing from the disk. */
export function createProgram(sources: readonly SourceText[]): ts.Program {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const host: ts.CompilerHost = {
    fileExists: (path) => byPath.has(path),
    readFile: (path) => byPath.get(path)?.text,
    getSourceFile(path) {
      const source = byPath.get(path);
      return source && parse(source);
    },
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile() {},
    getCurrentDirectory: () => "",
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    resolveModuleNameLiterals: (literals, containingFile) =>
      literals.map(({ text }) => {
        const path = posix.join(posix.dirname(containingFile), text);
        if (!byPath.has(path)) return { resolvedModule: undefined };
        return { resolvedModule: { resolvedFileName: path, extension: ts.Extension.Ts } };
      }),
  };
  return ts.createProgram({
    rootNames: [...byPath.keys()],
    options: { noLib: true, allowImportingTsExtensions: true, noEmit: true },
    host,
  });
}
