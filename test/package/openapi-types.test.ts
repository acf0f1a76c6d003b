import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root } from "../support/run-program.ts";

const folder = join(root, "test/types/openapi");
const wrongUses = join(folder, "wrong-github.ts");
const expectation = /\/\/ @ts-expect-error (TS\d+) (.*)/;

/** A compiler that reads the wrong uses without the comments that silence their errors. */
function createLoudHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  const getSourceFile: ts.CompilerHost["getSourceFile"] = (name, languageVersion) => {
    const text = readFile(name)?.replaceAll(name.endsWith("wrong-github.ts") ? "@ts-expect-error" : /$^/g, "expected");
    return text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion);
  };
  return { ...host, getSourceFile };
}

function readOptions(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, folder);
}

const toMessage = ({ code, messageText }: ts.Diagnostic): string =>
  `TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ").replaceAll(/\s+/g, " ")}`;

describe("the types of a published OpenAPI document", () => {
  it("let right calls compile, and tell what is wrong with the others", () => {
    const started = process.cpuUsage();
    const { options, fileNames } = readOptions();
    const program = ts.createProgram(fileNames, options, createLoudHost(options));
    const wrong = program.getSourceFile(wrongUses);
    const others = program
      .getRootFileNames()
      .filter((name) => name !== wrongUses)
      .flatMap((name) => program.getSemanticDiagnostics(program.getSourceFile(name)));
    const errors = new Map(
      program
        .getSemanticDiagnostics(wrong)
        .map((error) => [wrong?.getLineAndCharacterOfPosition(error.start ?? 0).line, toMessage(error)]),
    );
    console.log(`The compiler took ${Math.round(process.cpuUsage(started).user / 1_000)} ms of CPU for the document.`);

    expect(others.map(toMessage)).toEqual([]);
    const lines = readFileSync(wrongUses, "utf8").split("\n");
    const expected = lines.flatMap((line, index) => {
      const [, code, text] = expectation.exec(line) ?? [];
      return code ? [{ line: index + 1, code, text }] : [];
    });
    expect(expected.length).toBeGreaterThan(8);
    expect(errors.size).toBe(expected.length);
    for (const { line, code, text } of expected) {
      expect(errors.get(line), `line ${line + 1}`).toContain(code);
      expect(errors.get(line), `line ${line + 1}`).toContain(text);
    }
  }, 120_000);
});
