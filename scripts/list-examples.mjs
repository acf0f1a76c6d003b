import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.mjs";

/** @typedef {{ name: string, description: string, program: boolean }} Example */

/** @param {string} folder */
const readManifest = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

/** @param {string} folder */
const hasProgram = (folder) => existsSync(join(root, folder, "src/main.ts"));

/**
 * Lists the examples: the workspaces under `examples/` that have a program, or else tests to run.
 *
 * @returns {readonly Example[]}
 */
export function listExamples() {
  /** @type {{ workspaces: readonly string[] }} */
  const { workspaces } = readManifest(".");
  return workspaces
    .filter((folder) => folder.startsWith("examples/"))
    .map((folder) => ({ folder, program: hasProgram(folder), manifest: readManifest(folder) }))
    .filter(({ program, manifest }) => program || manifest.scripts?.test !== undefined)
    .map(({ folder, program, manifest }) => {
      return { name: folder.slice("examples/".length), description: manifest.description, program };
    });
}

/**
 * Shows examples to a person.
 *
 * @param {readonly Example[]} examples
 */
export function renderExamples(examples) {
  const width = Math.max(...examples.map(({ name }) => name.length));
  const lines = examples.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`);
  return ["npm run example -- <name>", "", ...lines].join("\n");
}
